using MarketingAutomation.Collect;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Segments;

/// <summary>Since when customers are in segments, whatever order events arrive in: random definitions over all kinds of conditions against <see cref="Timeline"/>.</summary>
public class SinceTests
{
    private static readonly string[] Ids = ["one", "two", "three"];

    private static readonly Gen<(Condition, Condition, Condition)> Definitions = Gen.Select(AnyShop.Conditions, AnyShop.Conditions, AnyShop.Conditions);

    private static Shop New((Condition One, Condition Two, Condition Three) definitions) => AnyShop.New()
        .With("one", definitions.One)
        .With("two", new Condition.Any([new Condition.InSegment("one"), definitions.Two]))
        .With("three", new Condition.All([new Condition.Not(new Condition.InSegment("two")), definitions.Three]));

    [Fact]
    public void Since_when_a_customer_is_in_equals_the_whole_history_in_whatever_order_events_arrive() => Gen.Select(Definitions, AnyShop.Histories).Sample((definitions, history) =>
    {
        var shop = New(definitions);
        List<CustomerEvent> known = [];
        Timeline? timeline = null;
        for (var hour = 0; hour <= 150; hour++)
        {
            var now = Monday.AddHours(hour);
            foreach (var (e, _) in history.Where(item => item.ArrivesAt == hour))
            {
                shop.Decide(new Input.Happened(e), now);
                known.Add(e);
                timeline = null;
            }
            shop.Sleep(now);
            if (timeline is null || hour % 50 == 0) Check(shop, timeline ??= new(shop.Catalog, shop.Customer.Key, [.. known]), now);
        }
    }, iter: 6000);

    private static void Check(Shop shop, Timeline truth, DateTimeOffset now)
    {
        foreach (var id in Ids)
        {
            DateTimeOffset? actual = shop.Customer.Segments.TryGetValue(id, out var since) ? since : null, expected = truth.Since(id, now);
            if (actual != expected) Assert.Fail($"{now:O}: {id} should be since {expected:O} but is since {actual:O}: {string.Join("; ", Ids.Select(other => ConfigJson.Canonical(shop.Catalog.Segments[other].When)))}");
        }
    }
}
