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
    /// <param name="clock">What the clock says, UTC; the decision's now is the latest of it, the input's due time and the customer's last now.</param>
    /// <exception cref="StaleCatalogException">The customer has been decided with a newer catalog.</exception>
    public static Decision Decide(Catalog catalog, Customer customer, Input input, DateTimeOffset clock)
    {
        if (catalog.Version < customer.CatalogVersion) throw new StaleCatalogException(catalog.Version, customer.CatalogVersion);
        if (customer.MergedInto is { } into && input is not Input.MergeInto) return new Decision.Moved(into);
        var isNew = customer.CatalogVersion == 0;
        if (!isNew && input is not Input.Rebuild && customer.TalliesHash != catalog.Rules.TalliesHash) return new Decision.NeedsHistory();

        var turn = new Turn(catalog, customer, Latest(clock, input is Input.Woke { Due: var due } ? due : clock, customer.LastNow));
        if (!isNew && customer.CatalogVersion < catalog.Version) Membership.Update(turn, catalog.Rules.SegmentsInOrder, turn.Now, starts: false);
        switch (input)
        {
            case Input.Happened happened: Happen(turn, happened, isNew); break;
            case Input.Woke woke: Wake(turn, woke); break;
            case Input.Admit admit: Dispatch.Admit(turn, admit); break;
            case Input.Settle settle: Dispatch.Settle(turn, settle); break;
            case Input.MergeInto merge: Merging.Leave(turn, merge.Into); break;
            case Input.Absorb absorb: Merging.Absorb(turn, absorb, isNew); break;
            case Input.Rebuild rebuild: Evolution.Recount(turn, rebuild.History); break;
            default: throw new UnreachableException($"No decision for {input.GetType().Name}");
        }
        return turn.Finish();
    }

    private static void Happen(Turn turn, Input.Happened happened, bool isNew)
    {
        var e = happened.Event;
        var starts = !happened.History && turn.Now - e.At <= turn.Rules.LateAfter;
        var at = starts ? Earliest(Latest(e.At, turn.Customer.LastNow), turn.Now) : turn.Now; // what comes too late corrects the present, not the past
        turn.AdvanceTo(at, inclusive: !starts);
        var touched = Evolution.Fold(turn, e);
        Hits.Attribute(turn, e);
        Callbacks.Take(turn, e);
        Passage.Reach(turn, e);
        Passage.ExitOn(turn, e, at);
        Membership.Update(turn, isNew ? turn.Rules.SegmentsInOrder : touched, at, starts, e.At);
        if (starts) Passage.EnterBy(turn, e, at);
        turn.AdvanceTo(turn.Now, inclusive: false); // what falls due at this very instant waits for its wake: other events of the instant come first
    }

    private static void Wake(Turn turn, Input.Woke woke)
    {
        if (woke.Due >= turn.Customer.WakeAt) turn.Customer = turn.Customer with { WakeAt = null };
        turn.AdvanceTo(turn.Now, inclusive: true);
    }

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
