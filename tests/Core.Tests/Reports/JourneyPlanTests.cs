using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Reports;

public class JourneyPlanTests
{
    [Fact]
    public void A_plan_takes_the_holdout_and_the_send_steps_in_the_order_written()
    {
        Step[] steps =
        [
            new Step.Send("hello", "hello"),
            new Step.Branch("vip", [new([new Step.Send("gift", "gift"), new Step.Exit("done", "gifted")], new Condition.InSegment("vip")), new([new Step.Send("last", "last")])]),
            new Step.Wait("pause", TimeSpan.FromDays(1)),
            new Step.Send("bye", "bye"),
        ];
        var plan = JourneyPlan.Of(new(new Dictionary<string, string>(), new Entry.Event("Signed Up"), steps, Holdout: 12.5m), new Shop().Catalog);
        Assert.Equal(0.125, plan.Holdout);
        Assert.Equal(["hello", "gift", "last", "bye"], plan.SendSteps);
    }

    [Theory]
    [InlineData("hello", 0.145)] // 10 % of the journey, and 5 % of the others
    [InlineData("receipt", 0.1)]
    public void The_global_control_group_is_part_of_the_holdout_where_the_journey_sends_what_may_be_refused(string message, double holdout)
    {
        var journey = new Journey(new Dictionary<string, string>(), new Entry.Event("Signed Up"), [new Step.Send("s", message)], Holdout: 10);
        Assert.Equal(holdout, JourneyPlan.Of(journey, new Shop().With(policy => policy with { GlobalControl = 5 }).Catalog).Holdout, 9);
    }
}
