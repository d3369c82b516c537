using System.Collections.Frozen;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;

namespace MarketingAutomation;

/// <summary>One decision while it is being made: the customer so far and what follows from it. Lives inside <see cref="Pipeline.Decide"/> only.</summary>
internal sealed class Turn(Catalog catalog, Customer customer, DateTimeOffset now, IReadOnlyList<CustomerEvent>? past = null)
{
    private readonly Customer before = customer;
    private readonly List<Effect> effects = [];
    private readonly List<string> notes = [];
    private readonly SortedDictionary<string, Delivery> deliveries = new(StringComparer.Ordinal);

    public Catalog Catalog { get; } = catalog;

    public Rules Rules => Catalog.Rules;

    public DateTimeOffset Now { get; } = now;

    public Customer Customer { get; set; } = customer;

    /// <summary>Everything that happened before, where it was asked for.</summary>
    public IReadOnlyList<CustomerEvent>? Past { get; } = past;

    /// <summary>Something was found that only the history can answer; without it the decision does not count.</summary>
    public bool LacksHistory { get; set; }

    /// <summary>Segments that this decision takes over another definition of: what time then changes in them starts no run.</summary>
    public IReadOnlySet<string> Renewed { get; set; } = FrozenSet<string>.Empty;

    public OutgoingMessage? Outgoing { get; set; }

    public void Add(Effect effect) => effects.Add(effect);

    public void Record(Fact fact) => effects.Add(new Effect.Record(fact));

    /// <summary>Says what was decided, for the log; ids and reasons only.</summary>
    public void Note(string note) => notes.Add(note);

    public void Put(Run run) => Customer = Customer with { Runs = Customer.Runs.SetItem(run.Id, run) };

    public void Put(Delivery delivery)
    {
        deliveries[delivery.Id] = delivery;
        Customer = Customer with { Deliveries = Customer.Deliveries.SetItem(delivery.Id, delivery) };
    }

    /// <summary>Lets everything that falls due up to <paramref name="limit"/> happen at its own instant, earliest first; at one instant memberships change before runs move.</summary>
    /// <param name="starts">Whether entering a segment may start runs.</param>
    public void AdvanceTo(DateTimeOffset limit, bool inclusive, bool starts = true)
    {
        while (NextDue() is { } next && (next < limit || (inclusive && next == limit)))
        {
            Membership.Update(this, Flipping(next), new Cause(next, starts));
            string[] due = [.. Customer.Runs.Values.Where(run => run.Due <= next).Select(run => run.Id)];
            foreach (var run in due) Passage.Advance(this, Customer.Runs[run], next);
        }
    }

    /// <summary>Segments that time alone may have changed by an instant.</summary>
    public string[] Flipping(DateTimeOffset at) => [.. Customer.Flips.Where(flip => flip.Value <= at).Select(flip => flip.Key)];

    /// <summary>When time alone will change something next; null where it will not.</summary>
    public DateTimeOffset? NextDue()
    {
        DateTimeOffset? next = null;
        foreach (var (_, flip) in Customer.Flips) next = Answer.Earlier(next, flip);
        foreach (var (_, run) in Customer.Runs) next = Answer.Earlier(next, run.Due);
        return next;
    }

    public Decision.Made Finish()
    {
        Customer = Memory.Prune(Customer, Now, Rules.LateAfter);
        Arm();
        var changed = !ReferenceEquals(Customer, before) || effects.Count > 0;
        if (changed) Customer = Customer with { LastNow = Now, CatalogVersion = Catalog.Version };
        return new(Customer, changed, effects, [.. deliveries.Values], notes, Outgoing);
    }

    // One wake is outstanding; it is moved earlier when needed, never later: an early one finds nothing due and arms the next.
    private void Arm()
    {
        if (Customer.MergedInto is not null) return;
        var next = NextDue();
        var outstanding = Customer.WakeAt >= Now ? Customer.WakeAt : null; // one of the past is on its way or lost: another does no harm
        if (next is { } at && (outstanding is null || at < outstanding))
        {
            effects.Add(new Effect.WakeAt(at));
            outstanding = at;
        }
        if (outstanding != Customer.WakeAt) Customer = Customer with { WakeAt = outstanding };
    }
}
