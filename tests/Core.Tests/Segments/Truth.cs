using System.Globalization;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>What conditions mean, straight from the whole history: every question filters the full list again. Slow, simple, and made without looking at how the product does it.</summary>
/// <param name="history">Whatever is known at <paramref name="now"/>, in any order, each event once.</param>
internal sealed class Truth(Catalog catalog, CustomerKey key, IEnumerable<CustomerEvent> history, DateTimeOffset now)
{
    private readonly List<CustomerEvent> events = [.. history.Where(e => e.At <= now).OrderBy(e => e.At)];

    public bool IsIn(string segment) => Holds(catalog.Segments[segment].When);

    public bool Holds(Condition condition) => condition switch
    {
        Condition.All all => all.Conditions.All(Holds),
        Condition.Any any => any.Conditions.Any(Holds),
        Condition.Not not => !Holds(not.Condition),
        Condition.InSegment other => IsIn(other.Segment),
        Condition.Trait { Path: var path } trait when path.StartsWith("computed.", StringComparison.Ordinal) => Compare(trait.Test, Computed(catalog.Traits![path[9..]])),
        Condition.Trait trait => Compare(trait.Test, TraitOf(trait.Path)),
        Condition.Consented { Said: { } word } consent => word == (Said(consent.Topic) switch { true => Word.Yes, false => Word.No, null => Word.Nothing }),
        Condition.Consented consent => consent.Is == (Said(consent.Topic) ?? !NeedsYes(consent.Topic)),
        Condition.Engaged engaged => Compare(engaged.Count ?? new(AtLeast: 1), Number(Engagements(engaged).Count())),
        Condition.Event e => Holds(e),
        Condition.Sequence sequence => Holds(sequence),
        Condition.Tagged tagged => HasTag(tagged.Tag),
        Condition.Bucket bucket => Hash.Bucket("bucket", bucket.Name, key.Value) / 100m is var percent && percent >= bucket.From && percent < bucket.To,
        _ => throw new InvalidOperationException($"No truth about {condition.GetType().Name}."),
    };

    private bool Holds(Condition.Event e)
    {
        var found = Find(e.Name, e.Where, e.Within, e.Since).ToList();
        return (e.Count is null ? found.Count >= 1 || Measures(e).Any() : Compare(e.Count, Number(found.Count)))
            && Measures(e).All(pair => Compare(pair.Measured.Test, Measured(pair.Measure, found, pair.Measured.Of)));
    }

    private static IEnumerable<(Measure Measure, Measured Measured)> Measures(Condition.Event e) =>
        from pair in new[] { (Measure.Sum, e.Sum), (Measure.Average, e.Average), (Measure.Min, e.Min), (Measure.Max, e.Max), (Measure.Distinct, e.Distinct), (Measure.First, e.First), (Measure.Last, e.Last) }
        where pair.Item2 is not null
        select (pair.Item1, pair.Item2!);

    private JsonElement Computed(ComputedTrait trait) => Measured(trait.Take, [.. Find(trait.Event, trait.Where, trait.Within, trait.Since)], trait.Of);

    private JsonElement Measured(Measure measure, List<CustomerEvent> found, string? of)
    {
        var values = of is null ? [] : found.Select(e => (e.At, Value: Tests.Find(e.Details, of))).Where(v => v.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            .OrderBy(v => v.At).ThenBy(v => v.Value.GetRawText(), StringComparer.Ordinal).ToList();
        var numbers = values.Where(v => v.Value.ValueKind == JsonValueKind.Number).Select(v => v.Value.GetDecimal()).ToList();
        return measure switch
        {
            Measure.Count => Number(found.Count),
            Measure.Sum => Number(numbers.Sum()),
            Measure.Average => numbers.Count == 0 ? default : Number(numbers.Average()),
            Measure.Min => numbers.Count == 0 ? default : Number(numbers.Min()),
            Measure.Max => numbers.Count == 0 ? default : Number(numbers.Max()),
            Measure.Distinct => Number(values.Select(v => v.Value.GetRawText()).Distinct().Count()),
            Measure.First => values.Count == 0 ? default : values[0].Value,
            Measure.Last => values.Count == 0 ? default : values[^1].Value,
            Measure.MostFrequent => values.GroupBy(v => v.Value.GetRawText()).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.First().Value).FirstOrDefault(),
            Measure.DaysSince => found.Count == 0 ? default : Number(Math.Floor((decimal)(now - found[^1].At).Ticks / TimeSpan.TicksPerDay)),
            _ => throw new InvalidOperationException(),
        };
    }

    private bool Holds(Condition.Sequence sequence)
    {
        var firsts = Find(sequence.First.Event, sequence.First.Where, sequence.InLast, null).Where(e => KeyOf(e, sequence.Key) is not null).ToList();
        var other = (sequence.Then ?? sequence.ThenNot)!;
        bool Came(CustomerEvent first) => Find(other.Event, other.Where, null, null).Any(second =>
            second.MessageId != first.MessageId && KeyOf(second, sequence.Key) == KeyOf(first, sequence.Key) && second.At >= first.At && second.At <= first.At + sequence.Within);
        return sequence.Then is not null ? firsts.Any(Came) : firsts.Any(first => first.At + sequence.Within <= now && !Came(first));
    }

    private static string? KeyOf(CustomerEvent e, string? key) => key is null ? "" : Tests.Find(e.Details, key) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value.GetRawText() : null;

    private IEnumerable<CustomerEvent> Engagements(Condition.Engaged engaged) =>
        Find(engaged.Kind switch { Engagement.Got => "Message Sent", Engagement.Opened => "Email Opened", _ => "Email Link Clicked" }, null, engaged.Within, null)
            .Where(e => (engaged.Message is null || Text(e, "email_id") == engaged.Message) && (engaged.Topic is null || Text(e, "topic") == engaged.Topic));

    private IEnumerable<CustomerEvent> Find(string name, IReadOnlyDictionary<string, Test>? where, TimeSpan? within, string? since) => events.Where(e =>
        e.EventName == name
        && (within is null || e.At > now - within)
        && (since is null || e.At >= DateTimeOffset.Parse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))
        && (where?.All(pair => pair.Value.Holds(new Value(Tests.Find(e.Details, pair.Key)), default)) ?? true));

    private bool? Said(string topic) => events.LastOrDefault(e => e.EventName is "Subscribed" or "Unsubscribed" && Text(e, "topic") == topic) is { } word ? word.EventName == "Subscribed" : null;

    // In China, and where the country is not known, offers need a yes; in Germany tracking does; news does everywhere.
    private bool NeedsYes(string topic) => topic switch
    {
        "news" => true,
        "offers" => TraitOf("country") is not { ValueKind: JsonValueKind.String } country || country.GetString() is "cn" or "Nowhere",
        _ => TraitOf("country") is { ValueKind: JsonValueKind.String } country && country.GetString() == "DE",
    };

    private bool HasTag(string name)
    {
        if (events.LastOrDefault(e => e.EventName is "Tag Added" or "Tag Removed" && Text(e, "tag") == name) is not { EventName: "Tag Added" } tag) return false;
        return Text(tag, "expires_at") is not { } expires || DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture) > now;
    }

    private JsonElement TraitOf(string path)
    {
        var said = events.OfType<CustomerEvent.Identified>().LastOrDefault(e => e.Traits.TryGetProperty(path, out _));
        return said is null ? default : said.Traits.GetProperty(path);
    }

    private bool Compare(Test test, JsonElement value) => test.Holds(new Value(value), new Sight(now, events.LastOrDefault(e => Text(e.Context, "timezone") is not null) is { } last ? Text(last.Context, "timezone") : null, catalog.Policy.TimeZone));

    private static string? Text(CustomerEvent e, string name) => Text(e.Details, name);

    private static string? Text(JsonElement json, string name) => Tests.Find(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement Number(decimal number) => JsonSerializer.SerializeToElement(number);
}
