using MarketingAutomation.Messages;
using MarketingAutomation.Segments;
using MarketingAutomation.Tracking;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Customers;

public class CustomerZoneTests
{
    // Midnight in Shanghai, 16:00 of the day before in UTC.
    private static readonly DateTimeOffset Midnight = new(2026, 3, 5, 16, 0, 0, TimeSpan.Zero);

    private static readonly Condition Birthday = new Condition.Trait("born", new(AnniversaryToday: true));

    private static Shop Born(string? zone, string? policys) => new Shop().With(policy => policy with { TimeZone = policys }).With("birthday", Birthday).With("red", new Condition.Trait("level", new(Is: Json("\"red\""))))
        .Decide(new Input.Happened(new Collect.CustomerEvent.Identified
        {
            MessageId = "i",
            UserId = "ada",
            At = Monday,
            ReceivedAt = Monday,
            Traits = Json("""{"born":"1990-03-06","level":"red"}"""),
            Context = zone is null ? default : Json($$"""{"timezone":"{{zone}}"}"""),
        }), Monday);

    [Theory]
    [InlineData("Asia/Shanghai", null, "Asia/Shanghai")]
    [InlineData("Asia/Shanghai", "Europe/Vienna", "Asia/Shanghai")]
    [InlineData(null, "Asia/Shanghai", "Asia/Shanghai")]
    [InlineData("Nowhere/Land", "Asia/Shanghai", "Asia/Shanghai")]
    [InlineData("Nowhere/Land", null, "UTC")]
    [InlineData(null, null, "UTC")]
    public void A_customer_lives_by_its_own_zone_else_the_policys_else_utc_for_dates_in_segments_and_in_messages_alike(string? own, string? policys, string expected)
    {
        var shop = Born(own, policys);
        Assert.Equal(expected, CustomerZone.Of(shop.Catalog.Policy, shop.Customer).Id);
        var starts = expected == "UTC" ? Midnight.AddHours(8) : Midnight;
        Assert.False(shop.Sleep(starts.AddTicks(-1)).Customer.Segments.ContainsKey("birthday"));
        Assert.Equal(starts, shop.Sleep(starts).Customer.Segments["birthday"]);
        Assert.Equal(expected, RenderContext.Of(shop.Catalog, shop.Customer, "hello", "offers", "j", default, Links.Of(Shop.Deployment).For(shop.Customer.Key, "d"), starts).Zone);
    }

    [Fact]
    public void Another_zone_in_the_policy_renews_the_segments_that_ask_for_dates_and_no_others()
    {
        var shop = Born(null, null).Sleep(Midnight.AddHours(1));
        var first = Lineage.Next(null, shop.Catalog.Rules.Parts, 1);
        shop.With(policy => policy with { TimeZone = "Asia/Shanghai" });
        (shop.CatalogVersion, shop.Lineage) = (2, Lineage.Next(first, shop.Catalog.Rules.Parts, 2));
        Assert.Equal("birthday", Assert.Single(shop.Catalog.ChangesSince(1).Segments));
        Assert.Empty(shop.Catalog.ChangesSince(1).Tallies);
        Assert.Equal(["birthday", "red"], shop.Wake(Midnight.AddHours(1)).Customer.Segments.Keys);
        Assert.Equal(Midnight.AddDays(1), shop.Customer.Flips["birthday"]);
    }
}
