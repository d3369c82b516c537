using static MarketingAutomation.Shop;

namespace MarketingAutomation.Customers;

public class EvolutionTests
{
    [Fact]
    public void A_call_that_arrives_late_does_not_undo_a_later_one() => Gen.Int[0, 5].Array[1, 12].Sample(hours =>
    {
        var calls = hours.Index().Select(call => (At: Monday.AddHours(call.Item), Value: call.Index)).ToList();
        var shop = new Shop();
        foreach (var (at, value) in calls)
            shop.Decide(new Input.Happened(new Collect.CustomerEvent.Identified { MessageId = $"m{value}", UserId = "ada", At = at, ReceivedAt = Monday.AddDays(1), Traits = Json($$"""{"plan":{{value}}}""") }), Monday.AddDays(1));
        Assert.Equal(calls.OrderBy(call => call.At).Last().Value, shop.Customer.Traits["plan"].GetInt32());
    }, iter: 300);

    [Fact]
    public void A_trait_set_to_null_is_gone_and_an_absent_one_stays()
    {
        var shop = new Shop().Identify(Monday, """{"city":"Wien","age":40}""").Identify(Monday.AddHours(1), """{"city":null}""");
        Assert.Equal(["age"], shop.Customer.Traits.Keys);
    }
}
