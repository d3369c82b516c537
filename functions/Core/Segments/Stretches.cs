using System.Collections.Immutable;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>Since when, without interruption, a customer has been in segments: worked out by letting everything happen once more, in its order and at its own instants.</summary>
internal sealed class Stretches
{
    // Of what was true from before the first instant looked at.
    private static readonly DateTimeOffset Unknown = DateTimeOffset.MinValue;

    private readonly Customer customer;

    private Stretches(Turn past) => customer = past.Customer;

    /// <summary>The instant at which the customer entered; null where it is not in the segment, or has been for longer than is known.</summary>
    public DateTimeOffset? In(string segment) => customer.Segments.TryGetValue(segment, out var since) && since != Unknown ? since : null;

    /// <summary>Whether the customer is in the segment, and has been for longer than is known.</summary>
    public bool IsUnknown(string segment) => customer.Segments.TryGetValue(segment, out var since) && since == Unknown;

    /// <summary>Of a segment that the customer is not in, when it left and when it had entered; null where it never did, or that is not known.</summary>
    public (DateTimeOffset? Left, DateTimeOffset? Entered) Out(string segment) => (At(customer.Left, segment), At(customer.LeftSince, segment));

    public bool Holds(string segment) => customer.Segments.ContainsKey(segment);

    /// <summary>From the whole history, up to an instant. Nothing is unknown.</summary>
    /// <param name="history">In any order; an event that is there twice counts once.</param>
    public static Stretches Of(Turn turn, IEnumerable<CustomerEvent> history, DateTimeOffset at)
    {
        var known = turn.Customer;
        var past = new Turn(turn.Catalog, new Customer(known.Key) { UserId = known.UserId, AnonymousIds = known.AnonymousIds, Absorbed = known.Absorbed }, at);
        foreach (var events in history.Where(e => e.At <= at).DistinctBy(e => e.MessageId).GroupBy(e => e.At).OrderBy(events => events.Key))
        {
            var isNew = past.Customer.LatestAt is null;
            past.AdvanceTo(events.Key, inclusive: false, starts: false);
            HashSet<string> touched = [.. past.Flipping(events.Key)];
            foreach (var e in events) touched.UnionWith(Evolution.Fold(past, e));
            var cause = new Cause(events.Key, Starts: false, events.Key);
            if (isNew) Membership.Begin(past, touched, cause);
            else Membership.Update(past, touched, cause);
        }
        past.AdvanceTo(at, inclusive: true, starts: false);
        return new(past);
    }

    /// <summary>From what is known of a customer whose events came in order, the last of them just now, up to an instant.</summary>
    /// <param name="turn">After the last event.</param>
    /// <param name="before">Before the last event, at <paramref name="at"/>.</param>
    /// <param name="segments">Those asked for, with all that depend on them.</param>
    /// <param name="happened">When the last event did.</param>
    /// <remarks>A customer's state answers for every instant from its latest event on: so time goes on from the event before the last one, and stops for that.</remarks>
    public static Stretches Of(Turn turn, Customer before, IReadOnlySet<string> segments, DateTimeOffset happened, DateTimeOffset at)
    {
        var all = turn.Rules.WithNamed(segments);
        var past = new Turn(turn.Catalog, Bare(before) with { Segments = before.Segments.RemoveRange(all), Flips = Customer.Empty<DateTimeOffset>(), Left = Customer.Empty<long>(), LeftSince = Customer.Empty<long>() }, at);
        var from = before.LatestAt!.Value;
        foreach (var id in all.OrderBy(turn.Rules.RankOf))
        {
            var answer = Answer.Of(turn.Catalog.Segments[id].When, past.Customer, turn.Catalog, from);
            if (answer.Holds) past.Customer = past.Customer with { Segments = past.Customer.Segments.Add(id, SinceBefore(before, id, from)) };
            if (answer.ChangesAt is { } flip) past.Customer = past.Customer with { Flips = past.Customer.Flips.Add(id, flip) };
        }
        past.AdvanceTo(happened, inclusive: false, starts: false);
        var (then, due) = (past.Customer, past.Flipping(happened));
        past.Customer = Bare(turn.Customer) with { Segments = then.Segments, Flips = then.Flips, Left = then.Left, LeftSince = then.LeftSince };
        Membership.Update(past, [.. segments.Union(due)], new Cause(happened, Starts: false, happened));
        past.AdvanceTo(at, inclusive: true, starts: false);
        return new(past);
    }

    private static DateTimeOffset? At(ImmutableSortedDictionary<string, long> instants, string segment) =>
        instants.TryGetValue(segment, out var ticks) && ticks != Unknown.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    // Since when a segment that holds at an instant has held, by what was noted then and since.
    private static DateTimeOffset SinceBefore(Customer customer, string id, DateTimeOffset at) =>
        customer.Segments.TryGetValue(id, out var since) && since <= at ? since
        : customer.Left.TryGetValue(id, out var left) && left > at.UtcTicks && customer.LeftSince.TryGetValue(id, out var entered) && entered <= at.UtcTicks ? new DateTimeOffset(entered, TimeSpan.Zero)
        : Unknown;

    private static Customer Bare(Customer customer) => customer with { Runs = Customer.Empty<Journeys.Run>() };
}
