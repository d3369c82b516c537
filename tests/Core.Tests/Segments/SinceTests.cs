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
    public void Since_when_a_customer_is_in_equals_the_whole_history_in_whatever_order_events_arrive() => Gen.Select(Definitions, AnyShop.Histories, Gen.Int[1, 4], Gen.Bool).Sample((definitions, history, slowness, imported) =>
    {
        var shop = New(definitions);
        List<CustomerEvent> known = [];
        Timeline? timeline = null;
        for (var hour = 0; hour <= 190; hour++)
        {
            var now = Monday.AddHours(hour);
            foreach (var (e, _) in history.Where(item => Arrival(item, slowness) == hour))
            {
                shop.Decide(new Input.Happened(e, History: imported), now);
                known.Add(e);
                timeline = null;
            }
            shop.Sleep(now);
            if (timeline is null || hour % 50 == 0) Check(shop, timeline ??= new(shop.Catalog, shop.Customer.Key, [.. known]), now);
        }
    }, iter: 3000);

    [Fact]
    public void What_a_customer_did_before_it_was_known_counts_from_when_it_did_it() => Gen.Select(Definitions, AnyShop.Histories, Gen.Int[0, 150]).Sample((definitions, history, merged) =>
    {
        var shop = New(definitions);
        var (earlier, own) = (history.Where(item => item.Event is CustomerEvent.Tracked && item.ArrivesAt % 3 == 0 && item.Event.At <= Monday.AddHours(merged)).Select(item => item.Event).ToList(), history.ToList());
        own.RemoveAll(item => earlier.Contains(item.Event));
        var anonymous = CustomerKey.OfAnonymous(Shop.Deployment.Pepper, "browser");
        for (var hour = 0; hour <= 190; hour++)
        {
            var now = Monday.AddHours(hour);
            foreach (var (e, _) in own.Where(item => item.ArrivesAt == hour)) shop.Decide(new Input.Happened(e), now);
            if (hour == merged && earlier.Count > 0)
                shop.Decide(new Input.Absorb(anonymous, 0, 2, [.. earlier.Take(2)], null), now).Decide(new Input.Absorb(anonymous, 2, null, [.. earlier.Skip(2)], new Customer(anonymous)), now);
            shop.Sleep(now);
        }
        if (history.Length > 0) Check(shop, new(shop.Catalog, shop.Customer.Key, [.. history.Select(item => item.Event)]), Monday.AddHours(190));
    }, iter: 1000);

    [Fact]
    public void What_arrives_in_order_needs_no_history() => Gen.Select(Definitions, AnyShop.Histories).Sample((definitions, history) =>
    {
        var shop = New(definitions);
        foreach (var e in history.Select(item => item.Event).DistinctBy(e => e.At).OrderBy(e => e.At)) shop.Decide(new Input.Happened(e), e.At);
        Assert.Equal(0, shop.Histories);
    }, iter: 300);

    // Up to 20 hours after it happened, or several times as late.
    private static int Arrival((CustomerEvent Event, int ArrivesAt) item, int slowness)
    {
        var hour = (int)Math.Ceiling((item.Event.At - Monday).TotalHours);
        return hour + slowness * (item.ArrivesAt - hour);
    }

    private static void Check(Shop shop, Timeline truth, DateTimeOffset now)
    {
        foreach (var id in Ids)
        {
            DateTimeOffset? actual = shop.Customer.Segments.TryGetValue(id, out var since) ? since : null, expected = truth.Since(id, now);
            if (actual != expected) Assert.Fail($"{now:O}: {id} should be since {expected:O} but is since {actual:O}: {string.Join("; ", Ids.Select(other => ConfigJson.Canonical(shop.Catalog.Segments[other].When)))}");
        }
    }
}
