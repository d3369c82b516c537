using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;

namespace MarketingAutomation.Segments;

/// <summary>Keeps a customer's memberships true.</summary>
internal static class Membership
{
    /// <summary>Memberships of a customer of whom nothing was known: everybody's, and what the first input makes of them.</summary>
    public static void Begin(Turn turn, IReadOnlyCollection<string> touched, DateTimeOffset at, bool starts, DateTimeOffset? happened = null)
    {
        var (blank, since) = (turn.Catalog.Blank, happened ?? at);
        turn.Customer = turn.Customer with { Segments = turn.Customer.Segments.AddRange(blank.Holding.Select(segment => KeyValuePair.Create(segment, since))) };
        Settle(turn, [.. touched.Union(blank.Personal)], at, starts, happened);
        turn.Customer = turn.Customer with { Left = Customer.Empty<long>(), TakenBack = [] }; // nobody leaves who has only just come
        Move(turn, [.. turn.Customer.Segments.Keys.Select(segment => new Change(segment, true, starts))], at, happened);
    }

    /// <summary>Looks again at the segments named and at those that depend on what changes; entering and leaving moves journeys.</summary>
    /// <param name="at">The instant they are to be true for.</param>
    /// <param name="starts">Whether entering may start runs.</param>
    /// <param name="happened">When the event that changes them happened; <paramref name="at"/> where it is none.</param>
    public static void Update(Turn turn, IReadOnlyCollection<string> touched, DateTimeOffset at, bool starts, DateTimeOffset? happened = null)
    {
        if (touched.Count > 0) Move(turn, Settle(turn, touched, at, starts, happened), at, happened);
    }

    /// <summary>Drops what the catalog no longer has.</summary>
    public static void Forget(Turn turn)
    {
        var (customer, rules) = (turn.Customer, turn.Rules);
        foreach (var segment in customer.Segments.Keys.Where(Gone)) turn.Add(new Effect.Member(segment, null));
        turn.Customer = customer with
        {
            Segments = customer.Segments.RemoveRange(customer.Segments.Keys.Where(Gone)),
            Flips = customer.Flips.RemoveRange(customer.Flips.Keys.Where(Gone)),
            Left = customer.Left.RemoveRange(customer.Left.Keys.Where(Gone)),
            TakenBack = customer.TakenBack.Except(customer.TakenBack.Where(Gone)),
            Tallies = customer.Tallies.RemoveRange(customer.Tallies.Keys.Where(id => !rules.HasTally(id))),
        };

        bool Gone(string segment) => !turn.Catalog.Segments.ContainsKey(segment);
    }

    private static List<Change> Settle(Turn turn, IReadOnlyCollection<string> touched, DateTimeOffset at, bool starts, DateTimeOffset? happened)
    {
        SortedDictionary<int, string> open = [];
        List<Change> changes = [];
        foreach (var id in touched) open[turn.Rules.RankOf(id)] = id;
        while (open.Count > 0)
        {
            var (rank, id) = open.First();
            open.Remove(rank);
            if (Look(turn, id, at, starts, happened) is not { } change) continue;
            changes.Add(change);
            foreach (var other in turn.Rules.SegmentsTouchedBySegment(id)) open[turn.Rules.RankOf(other)] = other;
        }
        return changes;
    }

    private static void Move(Turn turn, List<Change> changes, DateTimeOffset at, DateTimeOffset? happened)
    {
        foreach (var change in changes)
        {
            turn.Note($"segment {change.Segment} {(change.Entered ? "entered" : "left")}");
            turn.Add(new Effect.Member(change.Segment, change.Entered ? happened ?? at : null));
        }
        foreach (var change in changes) Passage.ExitOn(turn, change.Segment, change.Entered, at);
        foreach (var change in changes)
            if (change.Starts) Passage.EnterBy(turn, change.Segment, happened ?? at, at);
    }

    // Null: as before.
    private static Change? Look(Turn turn, string id, DateTimeOffset at, bool starts, DateTimeOffset? happened)
    {
        var customer = turn.Customer;
        if (!turn.Catalog.Segments.TryGetValue(id, out var segment)) return null;
        var answer = Answer.Of(segment.When, customer, turn.Catalog, at);
        var flips = answer.ChangesAt is { } flip ? customer.Flips.SetItem(id, flip) : customer.Flips.Remove(id);
        var was = customer.Segments.TryGetValue(id, out var since);
        if (!ReferenceEquals(flips, customer.Flips)) turn.Customer = customer = customer with { Flips = flips };
        if (answer.Holds == was) return null;
        turn.Customer = answer.Holds ? Enter(customer, id, happened ?? at) : Leave(customer, id, since, happened ?? at);
        return new(id, answer.Holds, starts && answer.Holds && !IsCorrection(customer, id, happened ?? at));
    }

    // An event that comes late may show that the customer had never left, or that the last entry came too early; either was acted upon already.
    private static bool IsCorrection(Customer customer, string id, DateTimeOffset happened) =>
        customer.TakenBack.Contains(id) || (customer.Left.TryGetValue(id, out var left) && happened.UtcTicks < left);

    private static Customer Enter(Customer customer, string id, DateTimeOffset at) => customer with
    {
        Segments = customer.Segments.Add(id, at),
        Left = customer.Left.Remove(id),
        TakenBack = customer.TakenBack.Remove(id),
    };

    private static Customer Leave(Customer customer, string id, DateTimeOffset since, DateTimeOffset at) => customer with
    {
        Segments = customer.Segments.Remove(id),
        Left = customer.Left.SetItem(id, at.UtcTicks),
        TakenBack = at < since ? customer.TakenBack.Add(id) : customer.TakenBack,
    };

    private readonly record struct Change(string Segment, bool Entered, bool Starts);
}
