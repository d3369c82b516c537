using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>Keeps memberships true where events need not come in their order: not only who is in, but also since when, is as the whole history says.</summary>
/// <remarks>
/// An event that lies before no other is answered from the customer's state (of two of one instant that are decided later than they happened, one that ends what the
/// other begins again leaves the instant of beginning again: requests are full of events of one instant, and are not to read the log for it). One that came late may have changed every instant since: where that concerns a segment the
/// customer is in, or was in until now, the history decides (<see cref="Decision.NeedsHistory"/>), unless such events only ever make the segment true for longer.
/// </remarks>
internal static class Hindsight
{
    /// <summary>Looks again at what events have touched that were just folded.</summary>
    /// <param name="before">Just before the first of them was folded.</param>
    /// <param name="isNew">Nothing was known of the customer: these events are its whole history.</param>
    /// <param name="cause">Its <see cref="Cause.Happened"/> is when the only event happened; null where there may be several.</param>
    public static void Update(Turn turn, Customer before, bool isNew, IReadOnlyList<CustomerEvent> events, IReadOnlyCollection<string> touched, Cause cause)
    {
        var isUpToDate = cause.Happened == cause.At;
        if (isNew)
        {
            Membership.Begin(turn, touched, isUpToDate ? cause : cause with { Past = Stretches.Of(turn, [.. turn.Past ?? [], .. events], cause.At) });
        }
        else if (turn.Past is { } history)
        {
            Membership.Update(turn, Concerned(turn, before, events, touched), cause with { Past = Stretches.Of(turn, [.. history, .. events], cause.At) });
        }
        else if (cause.Happened is { } happened && happened >= before.LatestAt)
        {
            if (isUpToDate) Membership.Update(turn, touched, cause);
            else if (touched.Count > 0 && turn.Rules.WithDependents(touched) is var all) Membership.Update(turn, all, cause with { Past = Stretches.Of(turn, before, all, happened, cause.At) });
        }
        else
        {
            Membership.Update(turn, touched, cause);
            turn.LacksHistory |= Concerned(turn, before, events, touched) is var concerned && concerned.Any(id => IsUncertain(turn, before, id, events, concerned));
        }
    }

    /// <summary>Takes over another definition of segments, as of the instant the customer was last decided for. No run starts by it.</summary>
    public static void Renew(Turn turn, IReadOnlySet<string> renewed)
    {
        if (renewed.Count == 0) return;
        var (all, at) = (turn.Rules.WithDependents(renewed), turn.Customer.LastNow);
        turn.Customer = turn.Customer with { LeftSince = turn.Customer.LeftSince.RemoveRange(all) }; // as it was by another definition
        Membership.Update(turn, all, new Cause(at, Starts: false, Past: turn.Past is { } history ? Stretches.Of(turn, history, at) : null));
        turn.LacksHistory |= all.Any(turn.Customer.Segments.ContainsKey);
    }

    // All segments of whose past the events may say something.
    private static HashSet<string> Concerned(Turn turn, Customer before, IReadOnlyList<CustomerEvent> events, IReadOnlyCollection<string> touched)
    {
        HashSet<string> named = new(touched, StringComparer.Ordinal);
        foreach (var e in events) named.UnionWith(Evolution.Named(turn.Rules, e));
        if (turn.Customer.FirstSeen < before.FirstSeen) named.UnionWith(before.Segments.Where(segment => segment.Value <= before.FirstSeen).Select(segment => segment.Key)); // what is true of everybody is true from the first event on
        return turn.Rules.WithDependents(named);
    }

    private static bool IsUncertain(Turn turn, Customer before, string id, IReadOnlyList<CustomerEvent> events, IReadOnlySet<string> concerned)
    {
        var (was, isIn) = (before.Segments.TryGetValue(id, out var since), turn.Customer.Segments.ContainsKey(id));
        return (was || isIn) && !(was && isIn && events.All(e => e.At >= since && new Growth(turn.Catalog, e, concerned).Only(turn.Catalog.Segments[id].When)));
    }
}
