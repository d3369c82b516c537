using MarketingAutomation.Storage;

namespace MarketingAutomation.SendingOnce;

/// <summary>Rows in memory, behind a network that the world makes trouble on. Keeps the contract of every store.</summary>
/// <param name="ask">Does something at the store and brings the answer.</param>
internal sealed class SimStore(SimStore.IAsk ask) : IPartitionStore
{
    private readonly Dictionary<(string Table, string Partition), SortedDictionary<string, Row>> partitions = [];
    private long etag;

    /// <summary>The way to the store and back.</summary>
    internal interface IAsk
    {
        Task<T> AskAsync<T>(Func<T> act);
    }

    public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct) => AskAsync(table, () => Rows(table, partition).GetValueOrDefault(key), ct);

    public Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct) => AskAsync<IReadOnlyList<Row>>(table, () =>
        [.. Rows(table, partition).Values.Where(row => string.CompareOrdinal(row.Key, from) >= 0 && string.CompareOrdinal(row.Key, to) < 0)], ct);

    public Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct)
    {
        CommitLimits.Check(partition, writes);
        return AskAsync(table, () => Commit(table, partition, writes), ct);
    }

    public async IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var row in await ask.AskAsync(() => All(table).Where(row => string.CompareOrdinal(row.Partition, fromPartition) >= 0 && string.CompareOrdinal(row.Partition, toPartition) < 0).ToList())) yield return row;
    }

    /// <summary>All rows of a table, ordered by partition and key, without asking anybody.</summary>
    public IEnumerable<Row> All(string table) =>
        partitions.Where(pair => pair.Key.Table == table).OrderBy(pair => pair.Key.Partition, StringComparer.Ordinal).SelectMany(pair => pair.Value.Values);

    private Task<T> AskAsync<T>(string table, Func<T> act, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        CommitLimits.CheckTable(table);
        return ask.AskAsync(act);
    }

    private SortedDictionary<string, Row> Rows(string table, string partition) => partitions.TryGetValue((table, partition), out var rows) ? rows : [];

    private string? Commit(string table, string partition, IReadOnlyList<Write> writes)
    {
        if (!partitions.TryGetValue((table, partition), out var rows)) rows = new(StringComparer.Ordinal);
        foreach (var write in writes)
            if ((write is Write.Insert && rows.ContainsKey(write.Key)) || (write is Write.Replace replace && rows.GetValueOrDefault(write.Key)?.ETag != replace.ETag))
                throw new CommitConflictException(table, partition, write.Key);
        var tag = $"{++etag}";
        foreach (var write in writes)
            switch (write)
            {
                case Write.Insert insert: rows[insert.Key] = new(partition, insert.Key, insert.Value, tag); break;
                case Write.Replace replace: rows[replace.Key] = new(partition, replace.Key, replace.Value, tag); break;
                case Write.Put put: rows[put.Key] = new(partition, put.Key, put.Value, tag); break;
                default: rows.Remove(write.Key); break;
            }
        partitions[(table, partition)] = rows;
        return writes[0] is Write.Delete ? null : tag;
    }
}

/// <summary>Straight there and back, one after the other.</summary>
internal sealed class AskAtOnce : SimStore.IAsk
{
    private readonly Lock turn = new();

    public Task<T> AskAsync<T>(Func<T> act)
    {
        try
        {
            lock (turn) return Task.FromResult(act());
        }
        catch (CommitConflictException conflict)
        {
            return Task.FromException<T>(conflict);
        }
    }
}

/// <summary>By way of the world.</summary>
internal sealed class AskThroughWorld(World world) : SimStore.IAsk
{
    public Task<T> AskAsync<T>(Func<T> act) => world.AskAsync(act);
}
