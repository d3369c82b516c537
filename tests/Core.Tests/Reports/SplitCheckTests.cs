using static MarketingAutomation.Shop;

namespace MarketingAutomation.Reports;

public class SplitCheckTests
{
    [Fact]
    public void A_customer_with_many_runs_is_one_draw_of_the_split()
    {
        Fact.Entered Run(int customer, int run, Arm arm) => new("j", $"{customer}-{run}", Monday, Monday, arm, 1, TimeSpan.FromDays(3), Again: run > 0);
        var facts = Enumerable.Range(0, 100).SelectMany(customer => Enumerable.Range(0, customer < 10 ? 50 : 1).Select(run => Run(customer, run, customer < 10 ? Arm.Holdout : Arm.Treated)));
        var report = Report.Of(facts, new(Monday.AddDays(9)) { Plans = System.Collections.Immutable.ImmutableSortedDictionary<string, JourneyPlan>.Empty.Add("j", new(0.1, [])) }).Journeys.Single();
        Assert.Equal(500, report.Holdout.Entered);
        Assert.Equal(0.1, report.Split!.Observed, 6);
    }
}
