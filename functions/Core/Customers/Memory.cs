using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Customers;

/// <summary>How long a customer's state remembers what is over; the log and the delivery rows remember for ever.</summary>
public static class Memory
{
    /// <summary>Opens, clicks and refusals are credited to deliveries settled at most this long ago.</summary>
    public static readonly TimeSpan OfDeliveries = TimeSpan.FromDays(90);

    public const int MostDeliveries = 200;

    /// <param name="lateAfter">How late an event may still start runs.</param>
    public static Customer Prune(Customer customer, DateTimeOffset now, TimeSpan lateAfter)
    {
        if (customer.Left.Count > 0 && customer.Left.Where(left => left.Value < (now - lateAfter).UtcTicks).Select(left => left.Key).ToList() is [_, ..] forgotten)
            customer = customer with { Left = customer.Left.RemoveRange(forgotten), LeftSince = customer.LeftSince.RemoveRange(forgotten) };

        var over = customer.Runs.Values.Where(run => !run.IsActive && !(run.GoalUntil >= now && run.ConvertedAt is null)).Select(run => run.Id).ToList();
        if (over.Count > 0) customer = customer with { Runs = customer.Runs.RemoveRange(over) };

        var settled = customer.Deliveries.Values.Where(delivery => delivery.IsSettled);
        var old = settled.Where(delivery => delivery.StatusAt < now - OfDeliveries).ToList();
        if (customer.Deliveries.Count - old.Count > MostDeliveries)
            old = [.. settled.OrderBy(delivery => delivery.TakesPlace).ThenBy(delivery => delivery.StatusAt).ThenBy(delivery => delivery.Id, StringComparer.Ordinal).Take(customer.Deliveries.Count - MostDeliveries)];
        return old.Count > 0 ? customer with { Deliveries = customer.Deliveries.RemoveRange(old.Select(delivery => delivery.Id)) } : customer;
    }
}
