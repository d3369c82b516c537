using System.Collections.Immutable;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>Since when a customer has been in segments, straight from the whole history: <see cref="Truth"/> asked at one instant after the other, backwards from now.</summary>
/// <remarks>Histories of <see cref="AnyShop"/> change what is true only at their events' instants and at whole and half hours after one of them or after midnight.</remarks>
internal sealed class Timeline(Catalog catalog, CustomerKey key, IReadOnlyList<CustomerEvent> history)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);

    // How far the events' instants are off the half hours.
    private readonly ImmutableSortedSet<long> offsets = [0, .. history.Select(e => e.At.UtcTicks % Step.Ticks)];

    private readonly DateTimeOffset? first = history.Count == 0 ? null : history.Min(e => e.At);

    private readonly Dictionary<(string Segment, DateTimeOffset At), bool> known = [];

    /// <summary>The start of the stretch of truth that is under way; null where it is not true now. None begins before the first event.</summary>
    public DateTimeOffset? Since(string segment, DateTimeOffset now)
    {
        DateTimeOffset? since = null;
        foreach (var at in Backwards(now))
        {
            if (at < first || first is null || !Holds(segment, at)) return since;
            since = at;
        }
        return since;
    }

    private bool Holds(string segment, DateTimeOffset at) => known.TryGetValue((segment, at), out var holds) ? holds : known[(segment, at)] = new Truth(catalog, key, history, at).IsIn(segment);

    // Every instant at which something may have changed, from now on back, and now itself where it is none of them.
    private IEnumerable<DateTimeOffset> Backwards(DateTimeOffset now)
    {
        for (var step = now.UtcTicks / Step.Ticks; ; step--)
            foreach (var offset in offsets.Reverse())
                if (step * Step.Ticks + offset <= now.UtcTicks) yield return new(step * Step.Ticks + offset, TimeSpan.Zero);
    }
}
