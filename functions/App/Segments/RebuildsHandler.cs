using MarketingAutomation.Bus;
using MarketingAutomation.Customers;
using MarketingAutomation.Handlers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Segments;

/// <summary>Rebuilds queue: takes customers over to the newest catalog, a slice of a shard for each message, while live events go on in queues of their own.</summary>
internal sealed class RebuildsHandler(IPartitionStore store, CustomerStore customers, EffectRunner effects, Rebuilds rebuilds, Catalog catalog, CustomerWork work) : IHandler
{
    private const int SliceCustomers = 200, AtOnce = 64;

    private readonly StoredCustomers stored = new(store);
    private readonly long version = Rebuilds.VersionOf(catalog);

    public async Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct)
    {
        foreach (var (slice, _) in await work.ReadAsync(batch, RebuildSlice.Of, ct)) await WorkAsync(slice, ct);
    }

    private async Task WorkAsync(RebuildSlice slice, CancellationToken ct)
    {
        if (slice.Version < version) return; // the rebuild for the newer one goes over everybody
        if (slice.Version > version) throw new StaleCatalogException(catalog.Version, slice.Version);
        var (after, done, isDone) = await rebuilds.ReadAsync(slice, ct);
        if (isDone || string.CompareOrdinal(after, slice.After) > 0) return; // another copy of the message was here
        List<CustomerKey> old = [];
        var (last, seen) = (slice.After, 0);
        await foreach (var (customer, hasTodos) in stored.ReadAsync(slice.Shard, slice.After, ct))
        {
            last = customer.Key.Value;
            if (customer.CatalogVersion < version || hasTodos) old.Add(customer.Key);
            if (++seen == SliceCustomers) break;
        }
        await TakeOverAsync(old, ct);
        await rebuilds.WriteAsync(slice, last, done + seen, done: seen < SliceCustomers, ct);
    }

    private async Task TakeOverAsync(List<CustomerKey> old, CancellationToken ct)
    {
        System.Collections.Concurrent.ConcurrentBag<Pending> todos = [];
        await Parallel.ForEachAsync(old, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (key, token) =>
        {
            foreach (var todo in (await customers.DecideAsync(key, [new Input.Woke(DateTimeOffset.MinValue)], token)).Todos) todos.Add(todo); // any input brings what is new
        });
        await effects.RunAsync([.. todos.DistinctBy(todo => (todo.Customer, todo.RowKey))], ct);
    }
}
