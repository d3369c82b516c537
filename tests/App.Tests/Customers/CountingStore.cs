using System.Collections.Concurrent;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>A store that counts what is asked of it.</summary>
internal sealed class CountingStore(IPartitionStore store) : IPartitionStore
{
    private ConcurrentBag<(string Table, string What)> calls = [];

    /// <summary>How often since the last time.</summary>
    public StoreCalls Take(string table)
    {
        var taken = Interlocked.Exchange(ref calls, []).Where(call => call.Table == table || call.What == "scan").ToLookup(call => call.What);
        return new(taken["read"].Count(), taken["range"].Count(), taken["commit"].Count(), taken["conflict"].Count(), taken["scan"].Count());
    }

    /// <summary>How often since the last time, all tables together, and how many of the commits were facts.</summary>
    public (int Reads, int Ranges, int Commits, int Facts) TakeAll()
    {
        var taken = Interlocked.Exchange(ref calls, []);
        return (taken.Count(call => call.What == "read"), taken.Count(call => call.What == "range"), taken.Count(call => call.What == "commit"), taken.Count(call => call is (Tables.Facts, "commit")));
    }

    public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct)
    {
        calls.Add((table, "read"));
        return store.ReadAsync(table, partition, key, ct);
    }

    public Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct)
    {
        calls.Add((table, "range"));
        return store.ReadRangeAsync(table, partition, from, to, ct);
    }

    public async Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct)
    {
        try
        {
            var etag = await store.CommitAsync(table, partition, writes, ct);
            calls.Add((table, "commit"));
            return etag;
        }
        catch (CommitConflictException)
        {
            calls.Add((table, "conflict"));
            throw;
        }
    }

    public IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, CancellationToken ct)
    {
        calls.Add((table, "scan"));
        return store.ScanAsync(table, fromPartition, toPartition, ct);
    }
}

/// <param name="Reads">Point reads.</param> <param name="Ranges">Range reads.</param> <param name="Commits">That wrote.</param>
/// <param name="Conflicts">Commits that found another writer's row, and wrote nothing.</param> <param name="Scans">Of any table.</param>
internal sealed record StoreCalls(int Reads, int Ranges, int Commits, int Conflicts, int Scans);
