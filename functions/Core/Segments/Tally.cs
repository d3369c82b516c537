using System.Collections.Immutable;

namespace MarketingAutomation.Segments;

/// <summary>What is kept of the events one condition counts: the least that answers it at every instant.</summary>
/// <param name="Count">How many there were ever; 0 for a tally with a window.</param>
/// <param name="Times">UTC ticks of the latest events, ascending, for a tally with a window.</param>
public sealed record Tally(long Count, ImmutableArray<long> Times)
{
    public static readonly Tally None = new(0, []);

    public Tally Add(TallyRule rule, DateTimeOffset at)
    {
        if (rule.Within is null) return this with { Count = Count + 1 };
        var ticks = at.UtcTicks;
        var index = Times.Length;
        while (index > 0 && Times[index - 1] > ticks) index--; // arrives late: take its place in time
        var times = Times.Insert(index, ticks);
        return this with { Times = times.Length > rule.Keep ? times.RemoveAt(0) : times };
    }
}

/// <summary>What to count for a condition.</summary>
/// <param name="Id">Hash of what is counted: conditions that count the same share a tally, and an edited one gets a new tally.</param>
/// <param name="Keep">With a window: how many of the latest events decide every threshold of the condition.</param>
public sealed record TallyRule(string Id, string Event, IReadOnlyDictionary<string, Test>? Where, TimeSpan? Within, int Keep)
{
    public static TallyRule Of(Condition.Event condition)
    {
        var keep = condition.Within is null ? 0 : 1 + (int)Thresholds(condition.Count).DefaultIfEmpty(1).Max();
        var where = string.Join('&', (condition.Where ?? new Dictionary<string, Test>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Tests.Canonical(pair.Value)}"));
        return new(Hash.Id("tally", condition.Name, where, condition.Within?.Ticks.ToString() ?? "ever", keep.ToString()), condition.Name, condition.Where, condition.Within, keep);
    }

    // A count beyond the highest threshold by one answers every comparison as any higher count would.
    private static IEnumerable<decimal> Thresholds(Test? count) =>
        count is null ? [] : Tests.Numbers(count).Select(number => Math.Clamp(Math.Ceiling(number), 0, 10_000));
}
