using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Segments;

/// <summary>Random definitions over all kinds of conditions against <see cref="Truth"/>.</summary>
public class ExactnessTests
{
    private static readonly string[] Ids = ["one", "two", "three"];

    private static Shop New((Condition One, Condition Two, Condition Three) definitions) => AnyShop.New()
        .With("one", definitions.One)
        .With("two", new Condition.Any([new Condition.InSegment("one"), definitions.Two]))
        .With("three", new Condition.All([new Condition.Not(new Condition.InSegment("two")), definitions.Three]));

    private static readonly Gen<(Condition, Condition, Condition)> Definitions = Gen.Select(AnyShop.Conditions, AnyShop.Conditions, AnyShop.Conditions);

    [Fact]
    public void Membership_equals_the_whole_history_at_every_instant_in_whatever_order_events_arrive() => Gen.Select(Definitions, AnyShop.Histories).Sample((definitions, history) =>
    {
        var shop = New(definitions);
        for (var hour = 0; hour <= 200; hour++)
        {
            var now = Monday.AddHours(hour);
            foreach (var (e, _) in history.Where(item => item.ArrivesAt == hour)) shop.Decide(new Input.Happened(e), now).As(Stored(shop.Customer));
            shop.Sleep(now);
            if (shop.Customer.Version > 0) AssertTrue(shop, history.Where(item => item.ArrivesAt <= hour).Select(item => item.Event), now);
        }
    }, iter: 3000);

    [Fact]
    public void A_rebuild_equals_what_was_counted_event_by_event() => Gen.Select(Definitions, Definitions, AnyShop.Histories).Sample((before, after, history) =>
    {
        var shop = New(before);
        foreach (var (e, _) in history.OrderBy(item => item.ArrivesAt)) shop.Decide(new Input.Happened(e), Latest(e.At, shop.Customer.LastNow));
        if (history.Length == 0) return;
        var first = shop.Catalog;
        shop = New(after).As(shop.Customer, history.Select(item => item.Event));
        (shop.CatalogVersion, shop.Lineage) = (2, Lineage.Next(Lineage.Next(null, first.Rules.Parts, 1), shop.Catalog.Rules.Parts, 2));
        var now = Monday.AddHours(150);
        shop.Wake(now);
        AssertTrue(shop, history.Select(item => item.Event), now);

        var fresh = New(after);
        foreach (var (e, _) in history) fresh.Decide(new Input.Happened(e), now);
        fresh.Wake(now);
        if (!fresh.Customer.Segments.SequenceEqual(shop.Customer.Segments)) Assert.Fail(string.Join(' ', fresh.Customer.Segments) + " / " + string.Join(' ', shop.Customer.Segments) + "\n" + string.Join("\n", Ids.Select(id => ConfigJson.Canonical(first.Segments[id].When))) + "\n" + string.Join("\n", Ids.Select(id => ConfigJson.Canonical(shop.Catalog.Segments[id].When))) + "\n" + string.Join("\n", history.Select(e => e.Event.At.ToString("O") + " " + e.ArrivesAt + " " + e.Event.EventName + e.Event.Details)));
        Assert.Equal(fresh.Sleep(now.AddYears(2)).Customer.Segments, shop.Sleep(now.AddYears(2)).Customer.Segments);
    }, iter: 1000);

    private static void AssertTrue(Shop shop, IEnumerable<CustomerEvent> known, DateTimeOffset now)
    {
        var truth = new Truth(shop.Catalog, shop.Customer.Key, known, now);
        var (expected, actual) = (Ids.Where(truth.IsIn).Order(StringComparer.Ordinal).ToList(), shop.Customer.Segments.Keys.ToList());
        if (!expected.SequenceEqual(actual)) Assert.Fail($"{now:O}: should be in {string.Join(", ", expected)} but is in {string.Join(", ", actual)}: {string.Join("; ", Ids.Select(id => ConfigJson.Canonical(shop.Catalog.Segments[id].When)))}");
    }

    // As it would come back from storage.
    private static Customer Stored(Customer customer) => JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(customer, CoreJson.Default.Customer), CoreJson.Default.Customer)!;

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset two) => one > two ? one : two;
}
