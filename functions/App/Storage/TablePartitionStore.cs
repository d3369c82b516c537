using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace MarketingAutomation.Storage;

/// <summary>Rows in partitions, in one account of Azure Table Storage. A commit is one entity group transaction.</summary>
/// <remarks>
/// <para>A commit writes a random id into every row. Where its answer is lost, it is done if a row has that id, and is otherwise sent again;
/// what of it then still arrives late meets the ETags and rows of the second, and fails, except for puts, which say the same again.</para>
/// <para>The service fails a transaction that deletes what is not there. Such a delete is left out: a row that somebody else inserts at that very
/// instant stays.</para>
/// </remarks>
internal sealed class TablePartitionStore(TableAccount account, TimeProvider clock) : IPartitionStore
{
    private readonly ConcurrentDictionary<string, TableClient> _tables = new(StringComparer.Ordinal);

    public TableAccount Account => account;

    public async Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct)
    {
        var client = Client(table);
        if (!CommitLimits.IsKey(partition) || !CommitLimits.IsKey(key)) return null;
        var found = await TryAsync(() => client.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: ct), ct);
        return found is { HasValue: true, Value: { } entity } ? TableRow.Read(entity) : null;
    }

    public async Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct)
    {
        List<Row> rows = [];
        await foreach (var page in PagesAsync(table, TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}"), select: null, ct))
            rows.AddRange(page.Select(TableRow.Read));
        return rows;
    }

    public Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct) => CommitAsync(table, partition, writes, Guid.NewGuid(), sent: false, ct);

    public async IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in ScanPagesAsync(table, (fromPartition, ""), toPartition, ct))
            foreach (var row in page)
                yield return row;
    }

    /// <summary>The rows after one row, or from a partition on, in pages.</summary>
    /// <param name="after">A row's partition and key; everything of the partition where the key is empty.</param>
    public async IAsyncEnumerable<IReadOnlyList<Row>> ScanPagesAsync(string table, (string Partition, string Key) after, string toPartition, [EnumeratorCancellation] CancellationToken ct)
    {
        // Two queries, because Table Storage walks a whole table where a filter says "or".
        if (after.Key is not "")
            await foreach (var page in PagesAsync(table, TableClient.CreateQueryFilter($"PartitionKey eq {after.Partition} and RowKey gt {after.Key}"), select: null, ct))
                yield return [.. page.Select(TableRow.Read)];
        var rest = after.Key is "" ? TableClient.CreateQueryFilter($"PartitionKey ge {after.Partition} and PartitionKey lt {toPartition}") : TableClient.CreateQueryFilter($"PartitionKey gt {after.Partition} and PartitionKey lt {toPartition}");
        await foreach (var page in PagesAsync(table, rest, select: null, ct))
            yield return [.. page.Select(TableRow.Read)];
    }

    /// <param name="commit">Written into every row.</param>
    /// <param name="sent">Whether the same commit may have been made before; then it is not a conflict with itself.</param>
    public async Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, Guid commit, bool sent, CancellationToken ct)
    {
        CommitLimits.Check(partition, writes);
        var (client, first) = (Client(table), writes[0]);
        for (var tries = 1; writes.Count > 0;)
            try
            {
                ct.ThrowIfCancellationRequested();
                var answer = await client.SubmitTransactionAsync(writes.Select(write => TableRow.Action(partition, write, commit)), ct);
                return first is not Write.Delete && writes[0] == first ? answer.Value[0].Headers.ETag?.ToString() : null;
            }
            catch (RequestFailedException fault) when (TableFaults.IsNoTable(fault))
            {
                await TryAsync(() => client.CreateIfNotExistsAsync(ct), ct);
            }
            catch (TableTransactionFailedException fault) when (TableFaults.IsConflict(fault))
            {
                if (sent && await IsCommittedAsync(table, partition, writes, commit, ct)) return null;
                var write = writes[fault.FailedTransactionActionIndex ?? 0];
                if (write is not Write.Delete) throw new CommitConflictException(table, partition, write.Key);
                writes = await WithoutGoneAsync(table, partition, writes, write.Key, ct);
            }
            catch (Exception fault) when (TableFaults.IsPassing(fault, ct))
            {
                sent = true;
                if (tries == account.Options.MostTries) throw Busy(fault);
                await Task.Delay(account.Options.WaitAfter(tries++), clock, ct);
                if (await IsCommittedAsync(table, partition, writes, commit, ct)) return null;
            }
        return null;
    }

    /// <summary>Whether a row still shows that the commit was made; false where it only deletes.</summary>
    public async Task<bool> IsCommittedAsync(string table, string partition, IReadOnlyList<Write> writes, Guid commit, CancellationToken ct)
    {
        string[] keys = [.. writes.Where(write => write is not Write.Delete).Select(write => write.Key).Order(StringComparer.Ordinal)];
        if (keys.Length == 0) return false;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {keys[0]} and RowKey le {keys[^1]} and c eq {commit}");
        await foreach (var page in PagesAsync(table, filter, [TableRow.Commit], ct))
            if (page.Count > 0) return true;
        return false;
    }

    /// <summary>Entities that match a filter, a page at a time; none where there is no such table.</summary>
    /// <param name="select">Properties; all where null.</param>
    public async IAsyncEnumerable<IReadOnlyList<TableEntity>> PagesAsync(string table, string filter, string[]? select, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = Client(table);
        string? next = null;
        do
        {
            var page = await TryAsync(() => PageAsync(client, filter, select, next, ct), ct);
            yield return page?.Values ?? [];
            next = page?.ContinuationToken;
        }
        while (next is not null);
    }

    /// <summary>Makes a read, or anything that may be done twice, and tries again where that may help.</summary>
    public async Task<T> TryAsync<T>(Func<Task<T>> read, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
            try
            {
                ct.ThrowIfCancellationRequested();
                return await read();
            }
            catch (Exception fault) when (TableFaults.IsPassing(fault, ct))
            {
                if (tries == account.Options.MostTries) throw Busy(fault);
                await Task.Delay(account.Options.WaitAfter(tries), clock, ct);
            }
    }

    public TableClient Client(string table)
    {
        if (_tables.TryGetValue(table, out var known)) return known;
        CommitLimits.CheckTable(table);
        return _tables.GetOrAdd(table, account.Service.GetTableClient(table));
    }

    private static async Task<Page<TableEntity>?> PageAsync(TableClient client, string filter, string[]? select, string? next, CancellationToken ct)
    {
        try
        {
            await foreach (var page in client.QueryAsync<TableEntity>(filter, select: select, cancellationToken: ct).AsPages(next)) return page;
            return null;
        }
        catch (RequestFailedException fault) when (TableFaults.IsNoTable(fault))
        {
            return null;
        }
    }

    // One row is gone for certain; many todos deleted twice would cost a try each, so the rest is looked up together.
    private async Task<IReadOnlyList<Write>> WithoutGoneAsync(string table, string partition, IReadOnlyList<Write> writes, string gone, CancellationToken ct)
    {
        string[] deletes = [.. writes.OfType<Write.Delete>().Select(write => write.Key).Order(StringComparer.Ordinal)];
        HashSet<string> there = new(StringComparer.Ordinal);
        if (deletes.Length > 1)
            await foreach (var page in PagesAsync(table, TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {deletes[0]} and RowKey le {deletes[^1]}"), ["RowKey"], ct))
                there.UnionWith(page.Select(entity => entity.RowKey));
        return [.. writes.Where(write => write is not Write.Delete || write.Key != gone && there.Contains(write.Key))];
    }

    private StoreBusyException Busy(Exception fault) => new($"The storage account {account.Name} did not answer after several tries.", fault);
}
