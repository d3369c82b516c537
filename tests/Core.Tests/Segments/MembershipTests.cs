using MarketingAutomation.Customers;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Segments;

public class MembershipTests
{
    private static readonly string[] Names = ["A", "B"];

    private static readonly Gen<Test?> Counts = Gen.OneOf(
        Gen.Const((Test?)null),
        Gen.Int[0, 4].Select(n => (Test?)new Test(AtLeast: n)),
        Gen.Int[0, 4].Select(n => (Test?)new Test(AtMost: n)),
        Gen.Int[0, 4].Select(n => (Test?)new Test(Is: Json($"{n}"))),
        Gen.Int[0, 3].Select(n => (Test?)new Test(GreaterThan: n, LessThan: n + 3)));

    private static readonly Gen<Condition> Leaf = Gen.OneOf(
        Gen.Select(Gen.Int[0, 1], Counts, Gen.Int[1, 50], Gen.Bool, Gen.Int[0, 3], (name, count, hours, ever, low) => (Condition)new Condition.Event(
            Names[name], low == 0 ? null : new Dictionary<string, Test> { ["v"] = new(AtLeast: low) }, count, ever ? null : TimeSpan.FromHours(hours))),
        Gen.Int[0, 3].Select(n => (Condition)new Condition.Trait("level", new(AtLeast: n))));

    private static readonly Gen<Condition> Conditions = Gen.OneOf(
        Leaf,
        Leaf.Select(leaf => (Condition)new Condition.Not(leaf)),
        Leaf.Array[1, 3].Select(leaves => (Condition)new Condition.All(leaves)),
        Leaf.Array[1, 3].Select(leaves => (Condition)new Condition.Any([new Condition.Not(leaves[0]), .. leaves[1..]])));

    // An hour after the start and what happens then: an event with a value, or a trait.
    private static readonly Gen<(int Hour, int What, int Value)[]> Histories = Gen.Select(Gen.Int[0, 100], Gen.Int[0, 2], Gen.Int[0, 4]).Array[0, 12];

    [Fact]
    public void Membership_is_right_at_every_instant_whatever_happened() => Gen.Select(Conditions, Conditions, Histories).Sample((one, two, history) =>
    {
        var shop = new Shop().With("one", one).With("two", new Condition.Any([new Condition.InSegment("one"), two]));
        var ordered = history.Index().OrderBy(item => item.Item.Hour).ToList();
        for (var hour = 0; hour <= 160; hour++)
        {
            var now = Monday.AddHours(hour);
            foreach (var (index, (_, what, value)) in ordered.Where(item => item.Item.Hour == hour))
            {
                if (what == 2) shop.Identify(now.AddTicks(index), $$"""{"level":{{value}}}""");
                else shop.Track(Names[what], now.AddTicks(index), $$"""{"v":{{value}}}""");
            }
            shop.Sleep(now.AddTicks(100));
            if (shop.Customer.Version == 0) continue;
            var happened = ordered.Where(item => item.Item.Hour <= hour).ToList();
            var inOne = Truth(one, happened, now.AddTicks(100));
            Assert.Equal(inOne, shop.Customer.Segments.ContainsKey("one"));
            Assert.Equal(inOne || Truth(two, happened, now.AddTicks(100)), shop.Customer.Segments.ContainsKey("two"));
        }
    }, iter: 500);

    // The definition, straight from the whole history.
    private static bool Truth(Condition condition, List<(int Index, (int Hour, int What, int Value) Item)> history, DateTimeOffset now) => condition switch
    {
        Condition.All all => all.Conditions.All(inner => Truth(inner, history, now)),
        Condition.Any any => any.Conditions.Any(inner => Truth(inner, history, now)),
        Condition.Not not => !Truth(not.Condition, history, now),
        Condition.Trait trait => history.LastOrDefault(item => item.Item.What == 2) is { Item.What: 2 } last && last.Item.Value >= trait.Test.AtLeast,
        Condition.Event e => (e.Count ?? new Test(AtLeast: 1)).Holds(new Value(history.LongCount(item =>
            item.Item.What < 2 && Names[item.Item.What] == e.Name && (e.Where is null || item.Item.Value >= e.Where["v"].AtLeast)
            && (e.Within is null || Monday.AddHours(item.Item.Hour).AddTicks(item.Index) > now - e.Within))), default),
        _ => throw new InvalidOperationException("The generator makes no such condition."),
    };

    [Fact]
    public void Late_events_take_their_place_in_time() => Gen.Select(Conditions, Histories, Gen.Int[0, 1000]).Sample((condition, history, seed) =>
    {
        var events = history.Where(item => item.What < 2).Index().Select(item => Tracked(Names[item.Item.What], Monday.AddHours(item.Item.Hour).AddTicks(item.Index), $$"""{"v":{{item.Item.Value}}}""", $"m{item.Index}")).ToList();
        var end = Monday.AddHours(101);
        Shop inOrder = Fresh(), shuffled = Fresh();
        foreach (var e in events.OrderBy(e => e.At)) inOrder.Decide(new Input.Happened(e), end);
        foreach (var e in events.OrderBy(e => Hash.Id($"{seed}", e.MessageId), StringComparer.Ordinal)) shuffled.Decide(new Input.Happened(e), end);
        Assert.Equal(inOrder.Customer.Segments.Keys, shuffled.Customer.Segments.Keys);
        Assert.Equal(inOrder.Customer.Flips, shuffled.Customer.Flips);
        Shop Fresh() => new Shop().With("s", condition).Identify(Monday, "{}");
    }, iter: 500);

    [Fact]
    public void A_new_definition_asks_for_history_and_then_is_as_if_it_had_always_been_there() => Gen.Select(Conditions, Histories).Sample((condition, history) =>
    {
        var events = history.Where(item => item.What < 2).Index().OrderBy(item => item.Item.Hour).ThenBy(item => item.Index)
            .Select(item => Tracked(Names[item.Item.What], Monday.AddHours(item.Item.Hour).AddTicks(item.Index), $$"""{"v":{{item.Item.Value}}}""", $"m{item.Index}")).ToList();
        var end = Monday.AddHours(101);
        var always = new Shop().With("s", condition).Identify(Monday, "{}");
        var later = new Shop().Identify(Monday, "{}");
        foreach (var e in events) { always.Decide(new Input.Happened(e), e.At); later.Decide(new Input.Happened(e), e.At); }
        always.Sleep(end).Wake(end);
        later.CatalogVersion = 2;
        later.With("s", condition);
        if (Pipeline.Decide(later.Catalog, later.Customer, new Input.Woke(end), end) is Decision.NeedsHistory) later.Decide(new Input.Rebuild(events), end);
        later.Wake(end);
        Assert.Equal(always.Customer.Segments.Keys, later.Customer.Segments.Keys);
    }, iter: 300);

    [Fact]
    public void A_segment_that_is_true_of_everybody_is_entered_with_the_first_event()
    {
        var shop = new Shop().With("never-bought", new Condition.Not(new Condition.Event("Order Completed"))).Track("Product Viewed", Monday);
        Assert.True(shop.Customer.Segments.ContainsKey("never-bought"));
        Assert.False(shop.Track("Order Completed", Monday.AddHours(1)).Customer.Segments.ContainsKey("never-bought"));
    }

    [Fact]
    public void One_wake_is_outstanding_and_moves_only_earlier()
    {
        var shop = new Shop().With("active", new Condition.Event("A", Within: TimeSpan.FromHours(10)));
        for (var i = 0; i < 20; i++) shop.Track("A", Monday.AddMinutes(i));
        Assert.Single(shop.Effects.OfType<Effect.WakeAt>());
        shop.Sleep(Monday.AddDays(2));
        Assert.Equal(2, shop.Effects.OfType<Effect.WakeAt>().Count()); // the first came early and armed the second
        Assert.False(shop.Customer.Segments.ContainsKey("active"));
    }

    [Theory]
    [InlineData("""{"is":"CN"}""", "\"CN\"", true)]
    [InlineData("""{"is":"CN"}""", "\"cn\"", false)]
    [InlineData("""{"isNot":"CN"}""", "null", true)]
    [InlineData("""{"is":3}""", "3.0", true)]
    [InlineData("""{"is":true}""", "true", true)]
    [InlineData("""{"is":true}""", "false", false)]
    [InlineData("""{"is":"3"}""", "3", false)]
    [InlineData("""{"oneOf":["a","b"]}""", "\"b\"", true)]
    [InlineData("""{"atLeast":3,"atMost":5}""", "5", true)]
    [InlineData("""{"atLeast":3}""", "\"9\"", false)]
    [InlineData("""{"lessThan":3}""", "null", false)]
    [InlineData("""{"contains":"shoe"}""", "\"Red Shoes\"", true)]
    [InlineData("""{"contains":"vip"}""", """["new","vip"]""", true)]
    [InlineData("""{"exists":true}""", "null", false)]
    [InlineData("""{"exists":false}""", "null", true)]
    public void A_test_compares_values_of_its_own_kind_only(string test, string value, bool holds) =>
        Assert.Equal(holds, System.Text.Json.JsonSerializer.Deserialize<Test>(test, System.Text.Json.JsonSerializerOptions.Web)!.Holds(new Value(Json(value)), default));
}
