using MarketingAutomation.Bus;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Controls;

/// <summary>The list of deliveries that wait for a stop to be lifted: one row each, in partitions <c>{journey}~{shard}</c>.</summary>
/// <remarks>
/// A list, because asking again and again would cost the more the longer a stop lasts: a million deliveries that ask every quarter of an hour are a
/// thousand requests a second for nothing. So each is written down once, and lifting the stop lets them ask. Asking twice does no harm.
/// </remarks>
internal sealed class WaitingDeliveries(IPartitionStore store, IBus bus, ControlStore controls, string channel)
{
    private const int Shards = 16, AtOnce = 500, MostRows = 100;

    /// <summary>Puts deliveries on the list; one that is there stays there once.</summary>
    public static Task PutAsync(IPartitionStore store, IEnumerable<(CustomerKey Customer, Effect.AwaitResume Wait)> waiting, CancellationToken ct) => Task.WhenAll(
        from partition in waiting.GroupBy(each => Partition(each.Wait), StringComparer.Ordinal)
        from chunk in partition.Select(each => Key(each.Customer, each.Wait.Delivery)).Distinct(StringComparer.Ordinal).Chunk(MostRows)
        select store.CommitAsync(Tables.Waiting, partition.Key, [.. chunk.Select(key => new Write.Put(key, []))], ct));

    /// <summary>Lets journeys go on in which deliveries wait though nothing stops them. One request where none waits, and one for each journey in which some do.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        ControlSet? set = null;
        for (var from = ""; await FirstAsync(from, ct) is { } journey; from = $"{journey}~~")
        {
            set ??= await controls.ReadAsync(ct);
            if (set.On(journey, channel) != Stop.Paused) await bus.SendAsync(Queue.Deliveries, [new(new Release(journey).ToBody())], ct);
        }
    }

    /// <summary>Lets deliveries of a journey ask again, some hundred at a time, and itself be called for the rest; leaves them where the journey is stopped after all.</summary>
    public async Task ReleaseAsync(Release release, CancellationToken ct)
    {
        if (release.Journey is not { } journey)
        {
            await LookAsync(ct);
            return;
        }
        if ((await controls.ReadAsync(ct)).On(journey, channel) == Stop.Paused) return;
        var rows = await store.ScanAsync(Tables.Waiting, $"{journey}~", $"{journey}~~", ct).Take(AtOnce).ToListAsync(ct);
        if (rows.Count == 0) return;
        // Sent before they are taken off the list: whoever dies in between lets some ask twice, and none is forgotten.
        await bus.SendAsync(Queue.Deliveries, [.. rows.Select(row => new BusMessage(RequestOf(row).ToBody()))], ct);
        foreach (var partition in rows.GroupBy(row => row.Partition, StringComparer.Ordinal))
            foreach (var chunk in partition.Chunk(MostRows))
                await store.CommitAsync(Tables.Waiting, partition.Key, [.. chunk.Select(row => new Write.Delete(row.Key))], ct);
        if (rows.Count == AtOnce) await bus.SendAsync(Queue.Deliveries, [new(release.ToBody())], ct);
    }

    private async Task<string?> FirstAsync(string from, CancellationToken ct)
    {
        await foreach (var row in store.ScanAsync(Tables.Waiting, from, "~", ct)) return row.Partition[..row.Partition.LastIndexOf('~')];
        return null;
    }

    private static string Partition(Effect.AwaitResume wait) => $"{wait.Journey}~{Hash.Bucket("waiting", wait.Delivery) % Shards:x}";

    private static string Key(CustomerKey customer, string delivery) => $"{customer.Value}.{delivery}";

    private static DeliveryRequest RequestOf(Row row) => row.Key.Split('.', 2) is [var customer, var delivery] ? new(new(customer), delivery) : throw new InvalidDataException("A waiting delivery's key is none.");
}
