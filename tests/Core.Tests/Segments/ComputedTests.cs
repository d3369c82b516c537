using static MarketingAutomation.Shop;

namespace MarketingAutomation.Segments;

public class ComputedTests
{
    private static Shop Ada => new Shop()
        .With("spent", new ComputedTrait(Name("Spent"), "Order Completed", Measure.Sum, "revenue"))
        .With("lately", new ComputedTrait(Name("Spent lately"), "Order Completed", Measure.Sum, "revenue", Within: TimeSpan.FromDays(30)))
        .With("brand", new ComputedTrait(Name("Favourite"), "Product Viewed", Measure.MostFrequent, "brand"))
        .With("quiet", new ComputedTrait(Name("Quiet"), "Order Completed", Measure.DaysSince))
        .With("big", new Condition.Trait("computed.spent", new(AtLeast: 100)))
        .With("gone", new Condition.Trait("computed.quiet", new(AtLeast: 60)));

    [Fact]
    public void A_computed_trait_is_a_trait_like_any_other_to_conditions()
    {
        var shop = Ada.Track("Order Completed", Monday, """{"revenue":60}""");
        Assert.False(shop.Customer.Segments.ContainsKey("big"));
        Assert.True(shop.Track("Order Completed", Monday.AddHours(1), """{"revenue":40.005}""").Customer.Segments.ContainsKey("big"));
    }

    [Fact]
    public void Days_since_an_event_wake_the_customer_on_the_day_asked_for()
    {
        var shop = Ada.Track("Order Completed", Monday, """{"revenue":60}""");
        Assert.Equal(Monday.AddDays(60), shop.Customer.WakeAt);
        Assert.False(shop.Sleep(Monday.AddDays(60).AddTicks(-1)).Customer.Segments.ContainsKey("gone"));
        Assert.Equal(Monday.AddDays(60), shop.Sleep(Monday.AddDays(60)).Customer.Segments["gone"]);
    }

    [Fact]
    public void Templates_read_what_it_comes_to_at_the_moment_of_sending()
    {
        var shop = Ada.Identify(Monday, """{"plan":"gold"}""").Track("Order Completed", Monday, """{"revenue":12.50}""").Track("Order Completed", Monday.AddDays(20), """{"revenue":7}""");
        foreach (var brand in new[] { "Zeta", "Acme", "Zeta" }) shop.Track("Product Viewed", Monday.AddDays(20).AddSeconds(brand.Length + shop.Customer.Version), $$"""{"brand":"{{brand}}"}""");
        var traits = Computed.Traits(shop.Customer, shop.Catalog, Monday.AddDays(40));
        Assert.Equal("gold", traits["plan"].GetString());
        Assert.Equal("""{"brand":"Zeta","lately":7,"quiet":20,"spent":19.5}""", traits["computed"].GetRawText());
    }

    [Fact]
    public void What_comes_to_nothing_is_missing() =>
        Assert.Equal("""{"lately":0,"spent":0}""", Computed.Traits(Ada.Identify(Monday, "{}").Customer, Ada.Catalog, Monday)["computed"].GetRawText());
}
