using System.Collections.Immutable;
using MarketingAutomation.Collect;
using MarketingAutomation.Jurisdictions;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Segments;

/// <summary>Random definitions over all kinds of conditions, and random histories for them, small enough that everything meets everything.</summary>
internal static class AnyShop
{
    public static readonly string[] ComputedTraits = ["n", "total", "mean", "low", "high", "kinds", "first", "last", "most", "days", "recent", "favourite"];

    private static readonly string[] Events = ["A", "B"];
    private static readonly string[] Countries = ["cn", "DE", "US", "Nowhere"];
    private static readonly string[] Zones = ["Europe/Vienna", "Asia/Kolkata", "America/New_York", "Nowhere/Land"];

    private static readonly Packs Packs = new(ImmutableSortedDictionary.Create<string, Jurisdiction>(StringComparer.Ordinal)
        .Add("quiet", new(Name("Quiet"), ["DE"], Tracking: Requirement.OptIn))
        .Add("strict", new(Name("Strict"), ["CN"], Consent: Requirement.OptIn)));

    private static readonly Gen<TimeSpan> Span = Gen.Int[1, 60].Select(hours => TimeSpan.FromHours(hours));

    private static readonly Gen<TimeSpan?> Window = Gen.OneOf(Gen.Const((TimeSpan?)null), Span.Select(span => (TimeSpan?)span), Span.Select(span => (TimeSpan?)span));

    private static readonly Gen<Test> Counts = Gen.OneOf(
        Gen.Int[0, 4].Select(n => new Test(AtLeast: n)),
        Gen.Int[0, 4].Select(n => new Test(AtMost: n)),
        Gen.Int[0, 4].Select(n => new Test(Is: Json($"{n}"))),
        Gen.Int[0, 4].Select(n => new Test(IsNot: Json($"{n}"))),
        Gen.Int[0, 4].Select(n => new Test(OneOf: [Json($"{n}"), Json("2")])),
        Gen.Int[0, 3].Select(n => new Test(GreaterThan: n, LessThan: n + 3)));

    private static readonly Gen<Test> Numbers = Gen.OneOf(
        Gen.Int[-8, 24].Select(n => new Test(AtLeast: n / 4m)),
        Gen.Int[-8, 24].Select(n => new Test(LessThan: n / 4m)),
        Gen.Int[-2, 6].Select(n => new Test(Is: Json($"{n}"))),
        Gen.Int[-2, 6].Select(n => new Test(IsNot: Json($"{n}"))),
        Gen.Bool.Select(exists => new Test(Exists: exists)));

    private static readonly Gen<Test> Values = Gen.OneOf(
        Numbers,
        Pick("red", "blue").Select(text => new Test(Is: Json($"\"{text}\""))),
        Pick("r", "BLU", "d").Select(text => new Test(Contains: Json($"\"{text}\""))),
        Pick("r", "b").Select(text => new Test(StartsWith: text)),
        Pick("^r.d$", "[bB]").Select(text => new Test(Matches: text)));

    private static readonly Gen<Test> Dates = Gen.OneOf(
        Gen.Int[1, 60].Select(hours => new Test(WithinNext: TimeSpan.FromHours(hours))),
        Gen.Int[1, 60].Select(hours => new Test(WithinLast: TimeSpan.FromHours(hours))),
        Gen.Bool.Select(today => new Test(AnniversaryToday: today)),
        Gen.Int[1, 80].Select(hours => new Test(AnniversaryWithin: TimeSpan.FromHours(hours))),
        Pick("2026-03-04", "2026-03-05T06:00:00Z", "2000-01-01").Select(date => new Test(Before: date)),
        Pick("2026-03-04", "2026-03-05T06:00:00Z", "2000-01-01").Select(date => new Test(After: date)));

    private static readonly Gen<IReadOnlyDictionary<string, Test>?> Where = Gen.Int[0, 3].Select(low => low == 0 ? null : (IReadOnlyDictionary<string, Test>)new Dictionary<string, Test> { ["v"] = new(AtLeast: low) });

    private static readonly Gen<string?> Since = Pick<string?>(null, null, "2026-03-03", "2026-03-04T12:00:00Z");

    private static readonly Gen<Occurrence> Occurrences = Gen.Select(Pick(Events), Where, (name, where) => new Occurrence(name, where));

    private static readonly Gen<Condition> Measures = Gen.Select(Pick(Events), Where, Window, Since, Gen.Int[0, 6], Numbers, Values, Counts).Select((name, where, within, since, which, number, value, count) => (Condition)(which switch
    {
        0 => new Condition.Event(name, where, Within: within, Since: since, Sum: new("v", number)),
        1 => new Condition.Event(name, where, Within: within, Since: since, Average: new("v", number)),
        2 => new Condition.Event(name, where, Within: within, Since: since, Min: new("v", number)),
        3 => new Condition.Event(name, where, Within: within, Since: since, Max: new("v", number)),
        4 => new Condition.Event(name, where, Within: within, Since: since, Distinct: new("w", count)),
        5 => new Condition.Event(name, where, Within: within, Since: since, First: new("w", value)),
        _ => new Condition.Event(name, where, count, within, since, Last: new("w", value)),
    }));

    private static readonly Gen<Condition> Leaf = Gen.OneOf(
        Gen.Select(Pick(Events), Where, Gen.OneOf(Gen.Const((Test?)null), Counts.Select(count => (Test?)count)), Window, Since, (name, where, count, within, since) => (Condition)new Condition.Event(name, where, count, within, since)),
        Measures,
        Measures,
        Gen.Select(Occurrences, Gen.Int[0, 20], Occurrences, Gen.Bool, Pick<string?>(null, "k"), Window, (first, within, second, not, key, inLast) => (Condition)new Condition.Sequence(
            first, TimeSpan.FromHours(within), not ? null : second, not ? second : null, key, inLast is { } last ? last + TimeSpan.FromHours(within) : null)),
        Values.Select(test => (Condition)new Condition.Trait("level", test)),
        Dates.Select(test => (Condition)new Condition.Trait("born", test)),
        Gen.Select(Pick("n", "total", "mean", "low", "high", "kinds", "days", "recent"), Numbers, (id, test) => (Condition)new Condition.Trait($"computed.{id}", test)),
        Gen.Select(Pick("first", "last", "most", "favourite"), Values, (id, test) => (Condition)new Condition.Trait($"computed.{id}", test)),
        Gen.Select(Pick("offers", "news", "tracking"), Gen.Bool, Pick((Word?)null, Word.Yes, Word.No, Word.Nothing), (topic, may, word) => (Condition)new Condition.Consented(topic, may, word)),
        Gen.Select(Gen.Enum<Engagement>(), Pick<string?>(null, "hello", "offer"), Pick<string?>(null, "offers", "news"), Window, Counts, (kind, message, topic, within, count) => (Condition)new Condition.Engaged(kind, message, topic, within, count)),
        Pick("vip", "new").Select(tag => (Condition)new Condition.Tagged(tag)),
        Gen.Select(Pick("x", "y"), Gen.Int[0, 90], (name, from) => (Condition)new Condition.Bucket(name, from, from + 10)));

    public static readonly Gen<Condition> Conditions = Gen.OneOf(
        Leaf,
        Leaf.Select(leaf => (Condition)new Condition.Not(leaf)),
        Leaf.Array[1, 3].Select(leaves => (Condition)new Condition.All(leaves)),
        Leaf.Array[2, 3].Select(leaves => (Condition)new Condition.Any([new Condition.Not(leaves[0]), new Condition.All(leaves[1..])])),
        Leaf.Array[2, 3].Select(leaves => (Condition)new Condition.Not(new Condition.Any([.. leaves[1..], new Condition.All([leaves[0], new Condition.Not(leaves[^1])])]))));

    /// <summary>What happens, and how many hours later it arrives; half of it arrives at once.</summary>
    public static readonly Gen<(CustomerEvent Event, int ArrivesAt)[]> Histories =
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 14], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 40], (hour, what, value, other, delay) => (hour, what, value, other, delay)).Array[0, 14]
            .Select(items => items.Select((item, index) => (Make(index, item.hour, item.what, item.value, item.other), item.hour + Math.Max(0, item.delay - 20))).ToArray());

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static Shop New() => ComputedTraits.Index().Aggregate(new Shop().With(policy => policy with { Packs = Packs, UnknownCountry = "strict" }), (shop, trait) => shop.With(trait.Item, Trait(trait.Index)));

    private static ComputedTrait Trait(int index) => index switch
    {
        0 => new(Name("n"), "A", Measure.Count),
        1 => new(Name("n"), "A", Measure.Sum, "v", Within: TimeSpan.FromHours(30)),
        2 => new(Name("n"), "A", Measure.Average, "v"),
        3 => new(Name("n"), "B", Measure.Min, "v", Within: TimeSpan.FromHours(40)),
        4 => new(Name("n"), "B", Measure.Max, "v", Since: "2026-03-03"),
        5 => new(Name("n"), "A", Measure.Distinct, "w"),
        6 => new(Name("n"), "A", Measure.First, "w", Within: TimeSpan.FromHours(25)),
        7 => new(Name("n"), "B", Measure.Last, "w", Within: TimeSpan.FromHours(25)),
        8 => new(Name("n"), "A", Measure.MostFrequent, "w"),
        9 => new(Name("n"), "A", Measure.DaysSince),
        10 => new(Name("n"), "B", Measure.Count, Within: TimeSpan.FromHours(20)),
        _ => new(Name("n"), "B", Measure.MostFrequent, "w", Within: TimeSpan.FromHours(35)),
    };

    // Events of one name may share an instant; what is said of the customer never does, so that the last word is plain.
    private static CustomerEvent Make(int index, int hour, int what, int value, int other)
    {
        var (at, alone) = (Monday.AddHours(hour), Monday.AddHours(hour).AddTicks(-index - 1));
        var v = value == 5 ? "" : $"\"v\":{value - 1}.{other * 25:00},";
        var w = other switch { 0 => "\"red\"", 1 => "\"blue\"", 2 => $"{value}", _ => "null" };
        return what switch
        {
            < 8 => Tracked(Events[what % 2], at, $$"""{{{v}}"w":{{w}}{{(other == 3 ? "" : $",\"k\":{value % 2}")}}}""", $"m{index}"),
            8 => Said(index, alone, $$"""{"level":{{w}}}""", null),
            9 => Said(index, alone, $$"""{"born":"{{(other switch { 0 => "2026-03-05", 1 => "1990-03-04", 2 => "2026-03-04T10:00:00Z", _ => "2024-02-29" })}}"}""", Zones[value % 4]),
            10 => Said(index, alone, $$"""{"country":"{{Countries[value % 4]}}"}""", Zones[value % 4]),
            11 => Tracked(other % 2 == 0 ? "Subscribed" : "Unsubscribed", alone, $$"""{"topic":"{{(value % 3) switch { 0 => "offers", 1 => "news", _ => "tracking" }}}"}""", $"m{index}"),
            12 or 13 => Tracked(other switch { 0 => "Message Sent", 1 => "Email Opened", _ => "Email Link Clicked" }, at, $$"""{"email_id":"{{(value % 2 == 0 ? "hello" : "offer")}}","topic":"{{(value % 3 == 0 ? "news" : "offers")}}"}""", $"m{index}"),
            _ => Tracked(value == 5 ? "Tag Removed" : "Tag Added", alone, $$"""{"tag":"{{(other % 2 == 0 ? "vip" : "new")}}"{{(value < 3 ? "" : $",\"expires_at\":\"{at.AddHours(7 * value):O}\"")}}}""", $"m{index}"),
        };
    }

    private static CustomerEvent.Identified Said(int index, DateTimeOffset at, string traits, string? zone) => new()
    {
        MessageId = $"m{index}",
        UserId = "ada",
        At = at,
        ReceivedAt = at,
        Traits = Json(traits),
        Context = zone is null ? default : Json($$"""{"timezone":"{{zone}}"}"""),
    };
}
