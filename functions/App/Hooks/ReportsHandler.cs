using System.Collections.Concurrent;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Hooks;

/// <summary>Turns what providers report into events of the customers whose messages they are about.</summary>
internal sealed class ReportsHandler(Node node)
{
    private const int AtOnce = 16;

    private readonly CalledBack calledBack = new(node.Store);

    private readonly Suppressions suppressions = new(node.Store, node.Catalog.Deployment, node.Clock);

    /// <summary>Takes reports in. All are safe when this returns; those that stop messages hold already.</summary>
    /// <param name="vouched">The reports come from the provider itself. What comes by mail anybody could have written who got a message: it speaks for its own customer's address and no other.</param>
    /// <returns>How many are about messages that we know.</returns>
    public async Task<int> TakeAsync(IReadOnlyList<ProviderReport> reports, bool vouched, CancellationToken ct)
    {
        var deliveries = await DeliveriesAsync([.. reports.Select(report => report.Of).OfType<DeliveryName>().Distinct()], ct);
        var now = node.Clock.GetUtcNow();
        ConcurrentBag<CustomerEvent> queued = [];
        var taken = 0;
        await Parallel.ForEachAsync(reports, Limit(ct), async (report, cancel) =>
        {
            if (report.Of is { } of && deliveries.TryGetValue(of, out var delivery))
            {
                Interlocked.Increment(ref taken);
                var callback = vouched ? report.Callback : await OwnAsync(of.Customer, report.Callback, cancel);
                if (callback.Kind is CallbackKind.Opened or CallbackKind.Clicked && !await MayTrackAsync(of.Customer, cancel)) return;
                foreach (var e in Callbacks.Events(node.Catalog.Policy, of.Customer, delivery, callback, now))
                    if (!Callbacks.IsUrgent(callback) || !await TryNowAsync(of.Customer, e, cancel)) queued.Add(e);
            }
            else if (vouched && Callbacks.Suppresses(report.Callback) && report.Callback.Address is { } address)
                await suppressions.AddAsync(address, report.Callback.Reason ?? "complaint", cancel); // whoever wrote to it: the address is no good
        });
        if (!queued.IsEmpty) await node.AcceptAsync([.. queued.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal)], ct);
        if (vouched && deliveries.Values.Max(delivery => delivery.ClaimedAt) is { } claimed) await calledBack.TakeAsync(claimed, ct);
        return taken;
    }

    // Of messages of other systems on the same account, and of erased customers, there is no row: nobody comes into being by a report.
    private async Task<IReadOnlyDictionary<DeliveryName, Delivery>> DeliveriesAsync(IReadOnlyList<DeliveryName> names, CancellationToken ct)
    {
        ConcurrentDictionary<DeliveryName, Delivery> known = [];
        await Parallel.ForEachAsync(names, Limit(ct), async (name, cancel) =>
        {
            if (await node.Store.ReadAsync(Tables.Customers, name.Customer.Value, CustomerRows.Delivery(name.Delivery), cancel) is { } row) known[name] = CustomerRows.DeliveryOf(row);
        });
        return known;
    }

    // A message that was passed on may bounce at an address that is not the customer's.
    private async Task<Callback> OwnAsync(CustomerKey key, Callback callback, CancellationToken ct)
    {
        var customer = await CustomerAsync(key, ct);
        var own = callback.Address is null || (customer.Email is { } email && EmailAddress.Canonical(email) == EmailAddress.Canonical(callback.Address));
        return callback with { Address = null, Hard = callback.Hard && own };
    }

    private async Task<bool> MayTrackAsync(CustomerKey key, CancellationToken ct) => Consents.May(node.Catalog.Policy, await CustomerAsync(key, ct), Consents.Tracking);

    private async Task<Customer> CustomerAsync(CustomerKey key, CancellationToken ct)
    {
        var customer = (await node.Customers.LoadAsync(key, ct)).Customer;
        return customer.MergedInto is { } known ? (await node.Customers.LoadAsync(known, ct)).Customer : customer;
    }

    // Where the customer cannot be decided right now the event waits in the queue like any other, which is still better than not to have it.
    private async Task<bool> TryNowAsync(CustomerKey customer, CustomerEvent e, CancellationToken ct)
    {
        try
        {
            await node.DecideNowAsync(customer, new Input.Happened(e), ct);
            return true;
        }
        catch (CommitConflictException)
        {
            return false;
        }
    }

    // On the caller's own scheduler, whichever that is.
    private static ParallelOptions Limit(CancellationToken ct) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct, TaskScheduler = null };
}
