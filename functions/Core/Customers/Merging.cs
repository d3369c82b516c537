using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Customers;

/// <summary>An anonymous customer turns out to be somebody. A saga of steps that may each be told twice: stop and point, then absorb the log in chunks, then take over what was under way.</summary>
internal static class Merging
{
    /// <summary>The anonymous customer stops and points to who it is. The first to claim it keeps it; a message on its way is settled first.</summary>
    public static void Leave(Turn turn, CustomerKey into)
    {
        var customer = turn.Customer;
        if (customer.MergedInto is not null || customer.Key == into) return;
        if (customer.Deliveries.Values.Any(delivery => delivery.Status == DeliveryStatus.Sending))
        {
            if (customer.MergePending is null) turn.Customer = customer with { MergePending = into };
            return;
        }
        foreach (var segment in customer.Segments.Keys) turn.Add(new Effect.Member(segment, null));
        turn.Customer = customer with { MergedInto = into, MergePending = null, WakeAt = null, Segments = Customer.Empty<DateTimeOffset>(), Flips = Customer.Empty<DateTimeOffset>() };
        turn.Note($"merged into {into}");
        turn.Add(new Effect.AbsorbNext(into, customer.Key, 0));
    }

    /// <summary>Completes a merge that waited for a message to settle.</summary>
    public static void LeaveIfPending(Turn turn)
    {
        if (turn.Customer.MergePending is { } into) Leave(turn, into);
    }

    /// <summary>Folds a chunk of the anonymous log; no run starts by it. The last chunk brings what was under way.</summary>
    public static void Absorb(Turn turn, Input.Absorb input, bool isNew)
    {
        if (turn.Customer.Absorbed.GetValueOrDefault(input.From.Value) != input.Position) return; // told before
        var before = turn.Customer;
        HashSet<string> touched = new(StringComparer.Ordinal);
        foreach (var e in input.Events) touched.UnionWith(Evolution.FoldEarlier(turn, e));
        if (input.Rest is { } rest) touched.UnionWith(TakeOver(turn, rest));
        Hindsight.Update(turn, before, isNew, input.Events, touched, new Cause(turn.Now, Starts: false));
        turn.Customer = turn.Customer with { Absorbed = turn.Customer.Absorbed.SetItem(input.From.Value, input.Next ?? long.MaxValue) };
        turn.Note($"absorbed {input.From} from {input.Position}");
        if (input.Next is { } next) turn.Add(new Effect.AbsorbNext(turn.Customer.Key, input.From, next));
    }

    private static IEnumerable<string> TakeOver(Turn turn, Customer rest)
    {
        var customer = turn.Customer;
        foreach (var (name, at) in rest.Entries)
            customer = customer with { Entries = customer.Entries.SetItem(name, customer.Entries.TryGetValue(name, out var own) && own > at ? own : at) };
        turn.Customer = customer with { Journeys = customer.Journeys.Union(rest.Journeys) };
        foreach (var delivery in rest.Deliveries.Values)
        {
            if (delivery.IsSettled) // its row stays where it was written
                turn.Customer = turn.Customer with { Deliveries = turn.Customer.Deliveries.SetItem(delivery.Id, delivery) };
            else
            {
                turn.Put(customer.Deliveries.TryGetValue(delivery.Id, out var own) ? DeliveryStatuses.Join(own, delivery) : delivery);
                turn.Add(new Effect.Deliver(delivery.Id, delivery.Until));
            }
        }
        foreach (var run in rest.Runs.Values) TakeOver(turn, run);
        foreach (var (topic, consent) in rest.Consents)
            turn.Customer = turn.Customer with { Consents = turn.Customer.Consents.SetItem(topic, turn.Customer.Consents.TryGetValue(topic, out var known) ? Consent.Latest(known, consent) : consent) };
        foreach (var (name, tag) in rest.Tags)
            turn.Customer = turn.Customer with { Tags = turn.Customer.Tags.SetItem(name, turn.Customer.Tags.TryGetValue(name, out var known) ? Tag.Latest(known, tag) : tag) };
        return [.. Evolution.FillGaps(turn, rest), .. rest.Tags.Keys.SelectMany(turn.Rules.SegmentsTouchedByTag), .. rest.Consents.Keys.SelectMany(turn.Rules.SegmentsTouchedByTopic)];
    }

    // Of two runs of one journey and key the older goes on.
    private static void TakeOver(Turn turn, Run run)
    {
        turn.Put(run);
        if (!run.IsActive || turn.Catalog.Journeys.GetValueOrDefault(run.Journey) is not { } journey || Reentry.Of(journey.Entry.Reentry) is Reentry.Always) return;
        var same = turn.Customer.Runs.Values.Where(other => other.IsActive && other.Journey == run.Journey && other.Key == run.Key)
            .OrderBy(other => other.EnteredAt).ThenBy(other => other.Id, StringComparer.Ordinal);
        foreach (var younger in same.Skip(1)) Passage.End(turn, younger, "merged", turn.Now);
    }
}
