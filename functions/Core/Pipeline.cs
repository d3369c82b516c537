using System.Diagnostics;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;
using MarketingAutomation.Tracking;

namespace MarketingAutomation;

/// <summary>The one place where it is decided what an input means for a customer. Pure: the same arguments give the same answer, everywhere and always.</summary>
public static class Pipeline
{
    /// <param name="clock">What the clock says, UTC; the decision's now is the latest of it, the input's own time and the customer's last now.</param>
    /// <exception cref="StaleCatalogException">The customer has been decided with a newer catalog.</exception>
    public static Decision Decide(Catalog catalog, Customer customer, Input input, DateTimeOffset clock)
    {
        if (catalog.Version < customer.CatalogVersion) throw new StaleCatalogException(catalog.Version, customer.CatalogVersion);
        if (customer.MergedInto is { } into && input is not Input.MergeInto) return new Decision.Moved(into);
        var isNew = customer.CatalogVersion == 0;
        var changes = isNew ? Changes.None : catalog.ChangesSince(customer.CatalogVersion);
        if (changes.Tallies.Count > 0 && input.Past is null) return new Decision.NeedsHistory();

        var turn = new Turn(catalog, customer, Latest(clock, InstantOf(input), customer.LastNow), input.Past);
        if (!isNew && customer.CatalogVersion < catalog.Version) Renew(turn, changes);
        if (input is Input.Admit or Input.Settle or Input.Reconcile or Input.Absorb) turn.AdvanceTo(turn.Now, inclusive: false); // they meet the customer as it is by now
        switch (input)
        {
            case Input.Happened happened: Happen(turn, happened, isNew); break;
            case Input.Woke woke: Wake(turn, woke); break;
            case Input.Admit admit: Dispatch.Admit(turn, admit); break;
            case Input.Settle settle: Dispatch.Settle(turn, settle); break;
            case Input.Reconcile reconcile: Reconciling.Take(turn, reconcile); break;
            case Input.MergeInto merge: Merging.Leave(turn, merge.Into); break;
            case Input.Absorb absorb: Merging.Absorb(turn, absorb, isNew); break;
            default: throw new UnreachableException($"No decision for {input.GetType().Name}");
        }
        return turn is { LacksHistory: true, Past: null } ? new Decision.NeedsHistory() : turn.Finish();
    }

    // Takes over what the catalog says otherwise than when the customer was last decided, as of then, so that time goes on with all of it in force.
    // No run starts by it, nor by what time has changed since in the segments taken over.
    private static void Renew(Turn turn, Changes changes)
    {
        Membership.Forget(turn);
        HashSet<string> renewed = new(changes.Segments, StringComparer.Ordinal);
        if (changes.Tallies.Count > 0) renewed.UnionWith(Evolution.Recount(turn, turn.Past!, changes.Tallies));
        turn.Renewed = renewed;
        Hindsight.Renew(turn, renewed);
    }

    private static void Happen(Turn turn, Input.Happened happened, bool isNew)
    {
        var e = happened.Event;
        var starts = !happened.History && turn.Now - e.At <= turn.Rules.LateAfter;
        var at = starts ? Earliest(Latest(e.At, turn.Customer.LastNow), turn.Now) : turn.Now; // what comes too late corrects the present, not the past
        turn.AdvanceTo(at, inclusive: !starts);
        var before = turn.Customer;
        var touched = Evolution.Fold(turn, e);
        Hits.Attribute(turn, e);
        Callbacks.Take(turn, e);
        Passage.Reach(turn, e);
        Passage.ExitOn(turn, e, at);
        Hindsight.Update(turn, before, isNew, [e], touched, new Cause(at, starts, e.At));
        if (starts) Passage.EnterBy(turn, e, at);
        turn.AdvanceTo(turn.Now, inclusive: false); // what falls due at this very instant waits for its wake: other events of the instant come first
    }

    private static void Wake(Turn turn, Input.Woke woke)
    {
        if (woke.Due >= turn.Customer.WakeAt) turn.Customer = turn.Customer with { WakeAt = null };
        turn.AdvanceTo(turn.Now, inclusive: true);
    }

    // What has happened lies in no decision's future, whatever the clock of the machine that decides says.
    private static DateTimeOffset InstantOf(Input input) => input switch
    {
        Input.Woke woke => woke.Due,
        Input.Happened happened => happened.Event.At,
        Input.Absorb { Events: [_, ..] events } => events.Max(e => e.At),
        _ => DateTimeOffset.MinValue,
    };

    private static DateTimeOffset Earliest(DateTimeOffset one, DateTimeOffset two) => one < two ? one : two;

    private static DateTimeOffset Latest(params ReadOnlySpan<DateTimeOffset> instants)
    {
        var latest = DateTimeOffset.MinValue;
        foreach (var instant in instants)
            if (instant > latest) latest = instant;
        return latest;
    }
}

/// <summary>Somebody with a newer catalog has decided for this customer; read the newest catalog and start over.</summary>
public sealed class StaleCatalogException(long ours, long theirs) : Exception($"The customer was decided with catalog version {theirs}; this process has version {ours}.")
{
    public long Ours { get; } = ours;

    public long Theirs { get; } = theirs;
}
