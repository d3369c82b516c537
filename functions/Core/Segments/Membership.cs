using MarketingAutomation.Journeys;

namespace MarketingAutomation.Segments;

/// <summary>Keeps a customer's memberships true.</summary>
internal static class Membership
{
    /// <summary>Looks again at the segments named and at those that depend on what changes; entering and leaving moves journeys.</summary>
    /// <param name="at">The instant they are to be true for.</param>
    /// <param name="starts">Whether entering may start runs.</param>
    /// <param name="happened">When the event that changes them happened; <paramref name="at"/> where it is none.</param>
    public static void Update(Turn turn, IReadOnlyCollection<string> touched, DateTimeOffset at, bool starts, DateTimeOffset? happened = null)
    {
        if (touched.Count == 0) return;
        SortedDictionary<int, string> open = [];
        foreach (var id in touched) open[turn.Rules.RankOf(id)] = id;
        List<(string Segment, bool Entered)> changes = [];
        while (open.Count > 0)
        {
            var (rank, id) = open.First();
            open.Remove(rank);
            if (Look(turn, id, at) is not { } entered) continue;
            changes.Add((id, entered));
            foreach (var other in turn.Rules.SegmentsTouchedBySegment(id)) open[turn.Rules.RankOf(other)] = other;
        }
        foreach (var (segment, entered) in changes) Passage.ExitOn(turn, segment, entered, at);
        if (!starts) return;
        foreach (var (segment, entered) in changes)
            if (entered) Passage.EnterBy(turn, segment, happened ?? at, at);
    }

    // True: entered, false: left, null: as before.
    private static bool? Look(Turn turn, string id, DateTimeOffset at)
    {
        var customer = turn.Customer;
        if (!turn.Catalog.Segments.TryGetValue(id, out var segment)) return null;
        var answer = Answer.Of(segment.When, customer, turn.Catalog, at);
        var flips = answer.FlipsAt is { } flip ? customer.Flips.SetItem(id, flip) : customer.Flips.Remove(id);
        var was = customer.Segments.ContainsKey(id);
        if (!ReferenceEquals(flips, customer.Flips)) turn.Customer = customer = customer with { Flips = flips };
        if (answer.Holds == was) return null;
        turn.Customer = customer with { Segments = answer.Holds ? customer.Segments.Add(id, at) : customer.Segments.Remove(id) };
        turn.Note($"segment {id} {(answer.Holds ? "entered" : "left")}");
        return answer.Holds;
    }
}
