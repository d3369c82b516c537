using MarketingAutomation.Collect;
using MarketingAutomation.Config;

namespace MarketingAutomation.Segments;

/// <summary>What to make of the events a condition is about.</summary>
public enum Measure { Count, Sum, Average, Min, Max, Distinct, First, Last, MostFrequent, DaysSince }

/// <summary>What to keep of a customer's events for a condition or a computed trait.</summary>
/// <param name="Id">Hash of all the rest: conditions that ask for the same share a tally, and an edited one gets a new tally.</param>
public abstract record TallyRule(string Id)
{
    // 60 bits: among the rules of one catalog no two will meet.
    private const int IdLength = 12;

    /// <summary>Names of the events it looks at.</summary>
    public abstract IEnumerable<string> Events { get; }

    /// <summary>Whether it looks at an event of one of these names.</summary>
    public abstract bool Takes(CustomerEvent e);

    /// <summary>One number or value made of the events of one name.</summary>
    /// <param name="Of">The property measured; null for <see cref="Measure.Count"/> and <see cref="Measure.DaysSince"/>.</param>
    /// <param name="Keep">Of a count with a window, and of different values: as many of the latest decide every threshold asked for.</param>
    public sealed record Single(string Id, Measure Measure, string Event, IReadOnlyDictionary<string, Test>? Where, string? Of, TimeSpan? Within, DateTimeOffset? Since, int Keep) : TallyRule(Id)
    {
        public override IEnumerable<string> Events => [Event];

        public override bool Takes(CustomerEvent e) => !(e.At < Since) && Where.Hold(e.Details);
    }

    /// <summary>Pairs of events, one after the other.</summary>
    public sealed record Pair(string Id, Condition.Sequence Sequence) : TallyRule(Id)
    {
        public override IEnumerable<string> Events => new[] { Sequence.First.Event, (Sequence.Then ?? Sequence.ThenNot)!.Event }.Distinct();

        public override bool Takes(CustomerEvent e) => Sequences.Fits(Sequence.First, e) || Sequences.Fits((Sequence.Then ?? Sequence.ThenNot)!, e);
    }

    /// <summary>A rule for every value a test may be asked of.</summary>
    public static Single Exact(Measure measure, string name, IReadOnlyDictionary<string, Test>? where, string? of, TimeSpan? within, string? since) => Make(measure, name, where, of, within, since, int.MaxValue);

    /// <summary>A rule that keeps just what decides the test.</summary>
    public static Single For(Test test, Measure measure, string name, IReadOnlyDictionary<string, Test>? where, string? of, TimeSpan? within, string? since)
    {
        // A count beyond the highest threshold by one answers every comparison as any higher count would.
        var keep = measure == Measure.Distinct || (measure == Measure.Count && within is not null)
            ? 1 + (int)Tests.Numbers(test).Select(number => Math.Clamp(Math.Ceiling(number), 0, CountCheck.Most)).DefaultIfEmpty(0).Max()
            : int.MaxValue;
        return Make(measure, name, where, of, within, since, keep);
    }

    public static Pair For(Condition.Sequence sequence) => new(Hash.Id("sequence", ConfigJson.Canonical(sequence))[..IdLength], sequence);

    private static Single Make(Measure measure, string name, IReadOnlyDictionary<string, Test>? where, string? of, TimeSpan? within, string? since, int keep)
    {
        var filter = where is { Count: > 0 } ? ConfigJson.Canonical(where) : "";
        var from = since is null ? (DateTimeOffset?)null : Moment.Of(since)?.In(NodaTime.DateTimeZone.Utc).From;
        var id = Hash.Id(measure.ToString(), name, filter, of ?? "", within?.Ticks.ToString() ?? "ever", from?.UtcTicks.ToString() ?? "", keep.ToString());
        return new(id[..IdLength], measure, name, where, of, within, from, keep);
    }
}
