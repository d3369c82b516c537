using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>What a condition says at one instant.</summary>
/// <param name="ChangesAt">No change by time alone comes before this instant; null where none comes at all.</param>
public readonly record struct Answer(bool Holds, DateTimeOffset? ChangesAt = null)
{
    private static readonly Test AtLeastOne = new(AtLeast: 1);

    /// <summary>Answers a condition for a customer at an instant.</summary>
    /// <remarks>Other segments are taken as <see cref="Customer.Segments"/> has them, so segments are evaluated after those they name.</remarks>
    public static Answer Of(Condition condition, Customer customer, Catalog catalog, DateTimeOffset now) => condition switch
    {
        Condition.All all => Combine(all.Conditions, customer, catalog, now, every: true),
        Condition.Any any => Combine(any.Conditions, customer, catalog, now, every: false),
        Condition.Not not => Of(not.Condition, customer, catalog, now) is var inner ? inner with { Holds = !inner.Holds } : default,
        Condition.InSegment other => new(customer.Segments.ContainsKey(other.Segment)),
        Condition.Trait trait => Trait(trait, customer, catalog, new(now, customer.TimeZone, catalog.Policy.TimeZone)),
        Condition.Consented { Said: { } word } consented => new(word == Said(customer, consented.Topic)),
        Condition.Consented consented => new(Consents.May(catalog.Policy, customer, consented.Topic) == consented.Is),
        Condition.Event or Condition.Engaged or Condition.Sequence => Events(condition, customer, catalog, new(now, customer.TimeZone, catalog.Policy.TimeZone)),
        Condition.Tagged tagged => Tag(customer, tagged.Tag, now),
        Condition.Bucket bucket => new(Hash.Bucket("bucket", bucket.Name, customer.Key.Value) is var drawn && drawn >= bucket.From * 100 && drawn < bucket.To * 100),
        _ => throw new UnreachableException($"No answer for {condition.GetType().Name}"),
    };

    /// <summary>What must be kept of events to answer a condition, with the test each is asked; empty for conditions that are not about events.</summary>
    internal static IEnumerable<(TallyRule Rule, Test Test)> Questions(Condition condition) => condition switch
    {
        Condition.Event e => Questions(e),
        Condition.Engaged engaged => [Single(engaged.Count ?? AtLeastOne, Measure.Count, NameOf(engaged.Kind), Filter(engaged), null, engaged.Within, null)],
        Condition.Sequence sequence => [(TallyRule.For(sequence), AtLeastOne)],
        _ => [],
    };

    public static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? two) => one is null ? two : two is null || one < two ? one : two;

    // What holds together fails with the first that fails, but to hold again waits for the last of those that fail; and the other way round for any.
    private static Answer Combine(IReadOnlyList<Condition> conditions, Customer customer, Catalog catalog, DateTimeOffset now, bool every)
    {
        DateTimeOffset? first = null, last = DateTimeOffset.MinValue;
        var same = true;
        for (var i = 0; i < conditions.Count; i++)
        {
            var inner = Of(conditions[i], customer, catalog, now);
            if (inner.Holds == every) { first = Earlier(first, inner.ChangesAt); continue; }
            same = false;
            if (inner.ChangesAt is null) return new(!every); // and nothing but an event will change that
            if (last < inner.ChangesAt) last = inner.ChangesAt;
        }
        return same ? new(every, first) : new(!every, last);
    }

    private static Answer Trait(Condition.Trait trait, Customer customer, Catalog catalog, in Sight sight)
    {
        if (catalog.Rules.ComputedBy(trait.Path) is { } rule) return Meter.Ask(rule, customer.Tallies.GetValueOrDefault(rule.Id, Tally.None), trait.Test, sight);
        if (customer.Traits.TryGetValue(trait.Path, out var found)) return new(trait.Test.Holds(new(found), sight), trait.Test.ChangesAt(new(found), sight));
        var dot = trait.Path.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && customer.Traits.TryGetValue(trait.Path[..dot], out var outer)
            ? Paths.Ask(trait.Test, outer, trait.Path[(dot + 1)..], sight)
            : new(trait.Test.Holds(default, sight));
    }

    private static Answer Events(Condition condition, Customer customer, Catalog catalog, in Sight sight)
    {
        DateTimeOffset? first = null, last = DateTimeOffset.MinValue;
        var holds = true;
        foreach (var (rule, test) in catalog.Rules.QuestionsOf(condition))
        {
            var tally = customer.Tallies.GetValueOrDefault(rule.Id, Tally.None);
            var inner = rule is TallyRule.Pair pair ? Sequences.Ask(pair, tally, sight.Now) : Meter.Ask((TallyRule.Single)rule, tally, test, sight);
            if (inner.Holds) { first = Earlier(first, inner.ChangesAt); continue; }
            if (inner.ChangesAt is null) return default;
            holds = false;
            if (last < inner.ChangesAt) last = inner.ChangesAt;
        }
        return holds ? new(true, first) : new(false, last);
    }

    private static Answer Tag(Customer customer, string name, DateTimeOffset now)
    {
        if (customer.Tags.GetValueOrDefault(name) is not { Removed: false } tag) return default;
        return tag.Until is not { } until ? new(true) : now.UtcTicks < until ? new(true, new DateTimeOffset(until, TimeSpan.Zero)) : default;
    }

    private static Word Said(Customer customer, string topic) => customer.Consents.GetValueOrDefault(topic)?.Given switch { true => Word.Yes, false => Word.No, null => Word.Nothing };

    private static IEnumerable<(TallyRule Rule, Test Test)> Questions(Condition.Event e)
    {
        (Measure Measure, Measured? Measured)[] measures =
        [
            (Measure.Sum, e.Sum), (Measure.Average, e.Average), (Measure.Min, e.Min), (Measure.Max, e.Max), (Measure.Distinct, e.Distinct), (Measure.First, e.First), (Measure.Last, e.Last),
        ];
        var asked = measures.Where(pair => pair.Measured is not null).Select(pair => Single(pair.Measured!.Test, pair.Measure, e.Name, e.Where, pair.Measured.Of, e.Within, e.Since)).ToList();
        return e.Count is null && asked.Count > 0 ? asked : asked.Prepend(Single(e.Count ?? AtLeastOne, Measure.Count, e.Name, e.Where, null, e.Within, e.Since));
    }

    private static (TallyRule, Test) Single(Test test, Measure measure, string name, IReadOnlyDictionary<string, Test>? where, string? of, TimeSpan? within, string? since) =>
        (TallyRule.For(test, measure, name, where, of, within, since), test);

    private static string NameOf(Engagement kind) => kind switch { Engagement.Got => Tracking.Hits.Got, Engagement.Opened => "Email Opened", _ => "Email Link Clicked" };

    private static Dictionary<string, Test>? Filter(Condition.Engaged engaged)
    {
        Dictionary<string, Test> filter = new(StringComparer.Ordinal);
        if (engaged.Message is { } message) filter["email_id"] = new(Is: JsonSerializer.SerializeToElement(message, CoreJson.Default.String));
        if (engaged.Topic is { } topic) filter["topic"] = new(Is: JsonSerializer.SerializeToElement(topic, CoreJson.Default.String));
        return filter.Count > 0 ? filter : null;
    }
}
