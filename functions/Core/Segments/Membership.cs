using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;

namespace MarketingAutomation.Segments;

/// <summary>Keeps a customer's memberships true.</summary>
internal static class Membership
{
    /// <summary>Memberships of a customer of whom nothing was known: everybody's, and what the first input makes of them.</summary>
    public static void Begin(Turn turn, IReadOnlyCollection<string> touched, Cause cause)
    {
        var blank = turn.Catalog.Blank;
        turn.Customer = turn.Customer with { Segments = turn.Customer.Segments.AddRange(blank.Holding.Select(segment => KeyValuePair.Create(segment, cause.Past?.In(segment) ?? cause.Since))) };
        Settle(turn, [.. touched.Union(blank.Personal)], cause);
        turn.Customer = turn.Customer with { Left = Customer.Empty<long>(), LeftSince = Customer.Empty<long>(), TakenBack = [] }; // nobody leaves who has only just come
        Move(turn, [.. turn.Customer.Segments.Select(segment => new Change(segment.Key, segment.Value, cause.Starts))], cause.At);
    }

    /// <summary>Looks again at the segments named and at those that depend on what changes; entering and leaving moves journeys.</summary>
    public static void Update(Turn turn, IReadOnlyCollection<string> touched, Cause cause)
    {
        if (touched.Count > 0) Move(turn, Settle(turn, touched, cause), cause.At);
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
            LeftSince = customer.LeftSince.RemoveRange(customer.LeftSince.Keys.Where(Gone)),
            TakenBack = customer.TakenBack.Except(customer.TakenBack.Where(Gone)),
            Tallies = customer.Tallies.RemoveRange(customer.Tallies.Keys.Where(id => !rules.HasTally(id))),
        };

        bool Gone(string segment) => !turn.Catalog.Segments.ContainsKey(segment);
    }

    private static List<Change> Settle(Turn turn, IReadOnlyCollection<string> touched, Cause cause)
    {
        SortedDictionary<int, string> open = [];
        List<Change> changes = [];
        foreach (var id in touched) open[turn.Rules.RankOf(id)] = id;
        while (open.Count > 0)
        {
            var (rank, id) = open.First();
            open.Remove(rank);
            if (Look(turn, id, cause) is not { } change) continue;
            changes.Add(change);
            foreach (var other in turn.Rules.SegmentsTouchedBySegment(id)) open[turn.Rules.RankOf(other)] = other;
        }
        return changes;
    }

    private static void Move(Turn turn, List<Change> changes, DateTimeOffset at)
    {
        foreach (var change in changes)
        {
            turn.Note($"segment {change.Segment} {(change.Since is null ? "left" : "entered")}");
            turn.Add(new Effect.Member(change.Segment, change.Since));
        }
        foreach (var change in changes) Passage.ExitOn(turn, change.Segment, entered: change.Since is not null, at);
        foreach (var change in changes)
            if (change is { Starts: true, Since: { } since }) Passage.EnterBy(turn, change.Segment, since, at);
    }

    // Null: as before.
    private static Change? Look(Turn turn, string id, Cause cause)
    {
        var customer = turn.Customer;
        if (!turn.Catalog.Segments.TryGetValue(id, out var segment)) return null;
        var answer = Answer.Of(segment.When, customer, turn.Catalog, cause.At);
        var flips = answer.ChangesAt is { } flip ? customer.Flips.SetItem(id, flip) : customer.Flips.Remove(id);
        var was = customer.Segments.TryGetValue(id, out var since);
        if (!ReferenceEquals(flips, customer.Flips)) turn.Customer = customer = customer with { Flips = flips };
        if (answer.Holds && cause.Past?.IsUnknown(id) is true) turn.LacksHistory = true;
        if (answer.Holds && was) Correct(turn, id, since, cause.Past?.In(id) ?? since);
        if (answer.Holds == was) return null;
        if (was)
        {
            var (left, entered) = cause.Past?.Holds(id) is false ? cause.Past.Out(id) : (cause.Since, since);
            turn.Customer = Leave(customer, id, since, left, entered);
            return new(id, null, Starts: false);
        }
        var from = cause.Past?.In(id) ?? SinceIfNeverOut(customer, id, cause.Since);
        turn.Customer = Enter(customer, id, from);
        return new(id, from, cause.Starts && !IsCorrection(customer, id, from) && !(cause.Happened is null && turn.Renewed.Contains(id)));
    }

    // An event that comes late may show that the customer had never left, or that the last entry came too early; either was acted upon already.
    private static bool IsCorrection(Customer customer, string id, DateTimeOffset since) =>
        customer.TakenBack.Contains(id) || (customer.Left.TryGetValue(id, out var left) && since.UtcTicks < left);

    // Who leaves and enters at one and the same instant was not out for any time.
    private static DateTimeOffset SinceIfNeverOut(Customer customer, string id, DateTimeOffset at) =>
        customer.Left.TryGetValue(id, out var left) && left == at.UtcTicks && customer.LeftSince.TryGetValue(id, out var since) ? new(since, TimeSpan.Zero) : at;

    private static void Correct(Turn turn, string id, DateTimeOffset known, DateTimeOffset since)
    {
        if (since == known) return;
        turn.Customer = turn.Customer with { Segments = turn.Customer.Segments.SetItem(id, since) };
        turn.Add(new Effect.Member(id, since));
    }

    private static Customer Enter(Customer customer, string id, DateTimeOffset at) => customer with
    {
        Segments = customer.Segments.Add(id, at),
        Left = customer.Left.Remove(id),
        LeftSince = customer.LeftSince.Remove(id),
        TakenBack = customer.TakenBack.Remove(id),
    };

    // Who left before coming in, or never was in, had come in too early.
    private static Customer Leave(Customer customer, string id, DateTimeOffset since, DateTimeOffset? at, DateTimeOffset? entered) => customer with
    {
        Segments = customer.Segments.Remove(id),
        Left = at is { } left ? customer.Left.SetItem(id, left.UtcTicks) : customer.Left,
        LeftSince = entered is { } from ? customer.LeftSince.SetItem(id, from.UtcTicks) : customer.LeftSince.Remove(id),
        TakenBack = at > since ? customer.TakenBack : customer.TakenBack.Add(id),
    };

    /// <param name="Since">Null for leaving.</param>
    private readonly record struct Change(string Segment, DateTimeOffset? Since, bool Starts);
}
