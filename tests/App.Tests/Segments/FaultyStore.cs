using MarketingAutomation.Storage;

namespace MarketingAutomation.Segments;

/// <summary>A store that now and then fails, before it commits or after it has: whoever asked cannot know which.</summary>
/// <param name="everySo">One commit in so many fails.</param>
internal sealed class FaultyStore(IPartitionStore store, int seed, int everySo) : IPartitionStore
{
    private int commits;

    public int Faults { get; private set; }

    public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct) => store.ReadAsync(table, partition, key, ct);

    public Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct) => store.ReadRangeAsync(table, partition, from, to, ct);

    public IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, CancellationToken ct) => store.ScanAsync(table, fromPartition, toPartition, ct);

    public async Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct)
    {
        var draw = Hash.Bucket("fault", $"{seed}", $"{Interlocked.Increment(ref commits)}") % (2 * everySo);
        if (draw == 0) throw Fault();
        var etag = await store.CommitAsync(table, partition, writes, ct);
        return draw == 1 ? throw Fault() : etag;
    }

    private IOException Fault()
    {
        Faults++;
        return new IOException("The disk is away.");
    }
}
