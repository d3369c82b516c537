using System.Runtime.CompilerServices;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Growing;

/// <summary>Table Storage as documented: rows in memory, calls that take their time, accounts and partitions that let no more through than their limit.</summary>
internal sealed class SimulatedTables(VirtualTime time, int accounts, Random random) : IPartitionStore
{
    private readonly Dictionary<(string Table, string Partition), SortedDictionary<string, Row>> partitions = [];
    private readonly Dictionary<(string Table, string Partition), Server> partitionServers = [];
    private readonly Server[] accountServers = [.. Enumerable.Range(0, accounts).Select(_ => new Server(time, AzureFigures.AccountEntities))];
    private long etag;

    public long Calls { get; private set; }

    public long Entities { get; private set; }

    /// <summary>Bytes of keys and values put in, what they replaced taken off.</summary>
    public long StoredBytes { get; private set; }

    public async Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct)
    {
        await ServeAsync(table, partition, 1, AzureFigures.Read);
        return Rows(table, partition).GetValueOrDefault(key);
    }

    public async Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct)
    {
        List<Row> Range() => [.. Rows(table, partition).Where(row => string.CompareOrdinal(row.Key, from) >= 0 && string.CompareOrdinal(row.Key, to) < 0).Select(row => row.Value)];
        await ServeAsync(table, partition, Math.Max(1, Range().Count), AzureFigures.Read);
        return Range();
    }

    public async Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct)
    {
        CommitLimits.Check(partition, writes);
        await ServeAsync(table, partition, writes.Count, AzureFigures.Commit);
        var rows = Rows(table, partition);
        foreach (var write in writes)
            if (write switch { Write.Insert => rows.ContainsKey(write.Key), Write.Replace replace => rows.GetValueOrDefault(write.Key)?.ETag != replace.ETag, _ => false })
                throw new CommitConflictException(table, partition, write.Key);
        foreach (var write in writes)
        {
            if (rows.Remove(write.Key, out var old)) StoredBytes -= Size(old);
            if (Value(write) is not { } value) continue;
            var row = rows[write.Key] = new(partition, write.Key, value, $"{++etag}");
            StoredBytes += Size(row);
        }
        return rows.GetValueOrDefault(writes[0].Key)?.ETag;
    }

    public async IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        throw new NotSupportedException("Nothing scans on the way of an event.");
#pragma warning disable CS0162 // makes it an iterator
        yield break;
#pragma warning restore CS0162
    }

    private async Task ServeAsync(string table, string partition, int entities, TimeSpan median)
    {
        Calls++;
        Entities += entities;
        if (!partitionServers.TryGetValue((table, partition), out var server)) partitionServers[(table, partition)] = server = new(time, AzureFigures.PartitionEntities);
        var (account, own) = (accountServers[AccountOf(partition)].Take(entities), server.Take(entities));
        await time.At((account > own ? account : own) + Latency.Of(random, median));
    }

    // As the shard map spreads them: by the first characters of the key.
    private int AccountOf(string partition) => (partition.Length >= 2 && int.TryParse(partition.AsSpan(0, 2), System.Globalization.NumberStyles.HexNumber, null, out var shard) ? shard : Hash.Bucket("shard", partition)) % accounts;

    private SortedDictionary<string, Row> Rows(string table, string partition)
    {
        if (!partitions.TryGetValue((table, partition), out var rows)) partitions[(table, partition)] = rows = new(StringComparer.Ordinal);
        return rows;
    }

    private static long Size(Row row) => row.Partition.Length + row.Key.Length + row.Value.Length;

    private static byte[]? Value(Write write) => write switch { Write.Insert insert => insert.Value, Write.Replace replace => replace.Value, Write.Put put => put.Value, _ => null };
}

internal static class Latency
{
    /// <summary>A time around a median, seldom several times as long.</summary>
    public static TimeSpan Of(Random random, TimeSpan median)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return median * Math.Exp(AzureFigures.Spread * normal);
    }
}
