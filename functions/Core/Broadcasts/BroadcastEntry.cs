using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;

namespace MarketingAutomation.Broadcasts;

/// <summary>Who gets a broadcast: each customer once, also one who turns out to be another.</summary>
public static class BroadcastEntry
{
    /// <summary>Whether the customer has been entered under its own key, now or earlier; what it brought along by a merge does not count.</summary>
    public static bool HasEntered(Customer customer, string broadcast) => customer.Journeys.Contains(broadcast);

    /// <summary>Whether a delivery of the broadcast has yet to have its turn; one that is held, tried again or being handed over has had it.</summary>
    /// <param name="since">Of deliveries asked for earlier nobody knows what keeps them.</param>
    public static bool IsWaiting(Customer customer, string broadcast, DateTimeOffset since) =>
        customer.Deliveries.Values.Any(delivery => delivery.Journey == broadcast && delivery.Status == DeliveryStatus.Requested && delivery.RequestedAt > since);

    /// <summary>Whether a broadcast of an instant is no longer worth beginning, or going on with: a message does not stay fresh for so long.</summary>
    public static bool IsTooOld(Policy policy, DateTimeOffset at, DateTimeOffset now) => now > at + (policy.StaleAfter ?? Policy.DefaultStaleAfter);

    /// <summary>Enters the customer where it is in the segment at this instant: the index of members is a list, the customer's own state the truth.</summary>
    internal static void Enter(Turn turn, string id)
    {
        if (!turn.Catalog.Journeys.TryGetValue(id, out var journey) || journey.Entry is not Entry.Broadcast broadcast || HasEntered(turn.Customer, id)) return;
        if (!turn.Customer.Segments.ContainsKey(broadcast.Segment) || HasGot(turn.Customer, id) || turn.Customer.Runs.Values.Any(run => run.IsActive && run.Journey == id)) return;
        Passage.EnterBroadcast(turn, id, turn.Now);
    }

    /// <summary>After a merge: where one of the two has the message, or may have it, nothing more goes to the other; of two that still wait the older goes on.</summary>
    internal static void Merge(Turn turn)
    {
        foreach (var runs in turn.Customer.Runs.Values.Where(run => run.IsActive && turn.Rules.IsBroadcast(run.Journey)).ToLookup(run => run.Journey, StringComparer.Ordinal))
        {
            var got = turn.Customer.Deliveries.Values.Where(delivery => delivery.Journey == runs.Key && MayBeThere(delivery)).Select(delivery => delivery.Run).ToHashSet(StringComparer.Ordinal);
            var oldest = runs.OrderBy(run => run.EnteredAt).ThenBy(run => run.Id, StringComparer.Ordinal).First();
            foreach (var run in runs)
                if (got.Count > 0 ? !got.Contains(run.Id) : run != oldest) Passage.End(turn, run, "merged", turn.Now);
        }
    }

    private static bool HasGot(Customer customer, string broadcast) => customer.Deliveries.Values.Any(delivery => delivery.Journey == broadcast && MayBeThere(delivery));

    private static bool MayBeThere(Delivery delivery) => delivery.TakesPlace || delivery.IsDoubtful;
}
