using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace MarketingAutomation.Storage;

/// <summary>Makes one shard's rows in one account the same as in another, or removes them.</summary>
/// <param name="sign">Called before every request.</param>
/// <param name="limit">For one request that writes.</param>
/// <param name="say">Told how many rows have been written or removed so far.</param>
internal sealed class ShardCopy(int shard, TablePartitionStore source, TablePartitionStore target, Func<CancellationToken, Task> sign, TimeSpan limit, Action<long> say)
{
    private const int AtOnce = 16;

    // The keys of a shard's customers go on with base32: four parts of it are read beside each other.
    private const string Cuts = "aiq";

    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey", TableRow.Commit];

    private long _rows;

    /// <summary>Goes once through both accounts and writes or removes in the target what differs.</summary>
    /// <returns>How many rows differed.</returns>
    public async Task<long> PassAsync(CancellationToken ct)
    {
        var differed = 0L;
        await EachAsync([.. await TablesAsync(source, ct), .. await TablesAsync(target, ct)], async (table, range, token) =>
        {
            await foreach (var (partition, wanted, found) in BothAsync(table, range, token))
                Interlocked.Add(ref differed, await EqualizeAsync(table, partition, wanted, found, token));
        }, ct);
        return differed;
    }

    /// <summary>Removes the shard's rows from the target, until a pass finds none.</summary>
    public async Task ClearAsync(CancellationToken ct)
    {
        var found = true;
        while (found)
        {
            found = false;
            await EachAsync(await TablesAsync(target, ct), async (table, range, token) =>
            {
                await foreach (var partition in KeysAsync(target, table, range, token))
                {
                    found = true;
                    await WriteAsync(table, partition.Rows.Values.Select(row => Delete(partition.Name, row)), token);
                }
            }, ct);
        }
    }

    private Task EachAsync(IEnumerable<string> tables, Func<string, (string From, string To), CancellationToken, Task> work, CancellationToken ct) =>
        Parallel.ForEachAsync(
            from table in tables.Distinct(StringComparer.Ordinal) from range in Shard.Ranges(shard) from piece in Cut(range) select (table, piece),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (one, token) => await work(one.table, one.piece, token));

    private static IEnumerable<(string From, string To)> Cut((string From, string To) range)
    {
        if (!range.From.EndsWith('-')) return [range];
        string[] bounds = [range.From, .. Cuts.Select(cut => $"{range.From}{cut}"), range.To];
        return bounds.Zip(bounds.Skip(1));
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(TablePartitionStore account, CancellationToken ct) =>
        await account.TryAsync(async () => await account.Account.Service.QueryAsync(cancellationToken: ct).Select(table => table.Name).Where(IsOurs).ToListAsync(ct), ct);

    // An account may hold tables of others, such as the Functions host's.
    private static bool IsOurs(string table) => table != ShardMaps.Table && !table.AsSpan().ContainsAnyExceptInRange('a', 'z');

    private async IAsyncEnumerable<(string Partition, IReadOnlyDictionary<string, TableEntity> Wanted, IReadOnlyDictionary<string, TableEntity> Found)> BothAsync(string table, (string From, string To) range, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var wanted = KeysAsync(source, table, range, ct).GetAsyncEnumerator(ct);
        await using var found = KeysAsync(target, table, range, ct).GetAsyncEnumerator(ct);
        var (moreWanted, moreFound) = (await wanted.MoveNextAsync(), await found.MoveNextAsync());
        while (moreWanted || moreFound)
        {
            var order = !moreFound ? -1 : !moreWanted ? 1 : string.CompareOrdinal(wanted.Current.Name, found.Current.Name);
            yield return ((order <= 0 ? wanted : found).Current.Name, order <= 0 ? wanted.Current.Rows : Keys.None, order >= 0 ? found.Current.Rows : Keys.None);
            if (order <= 0) moreWanted = await wanted.MoveNextAsync();
            if (order >= 0) moreFound = await found.MoveNextAsync();
        }
    }

    private async IAsyncEnumerable<Keys> KeysAsync(TablePartitionStore account, string table, (string From, string To) range, [EnumeratorCancellation] CancellationToken ct)
    {
        Keys? partition = null;
        await sign(ct);
        await foreach (var page in account.PagesAsync(table, TableClient.CreateQueryFilter($"PartitionKey ge {range.From} and PartitionKey lt {range.To}"), KeysOnly, ct))
        {
            foreach (var row in page)
            {
                if (partition?.Name != row.PartitionKey)
                {
                    if (partition is not null) yield return partition;
                    partition = new(row.PartitionKey);
                }
                partition.Rows[row.RowKey] = row;
            }
            await sign(ct);
        }
        if (partition is not null) yield return partition;
    }

    // Every commit writes its own id into each row, so that rows are the same if these are.
    private async Task<int> EqualizeAsync(string table, string partition, IReadOnlyDictionary<string, TableEntity> wanted, IReadOnlyDictionary<string, TableEntity> found, CancellationToken ct)
    {
        var missing = wanted.Values.Where(row => !found.TryGetValue(row.RowKey, out var there) || there.GetGuid(TableRow.Commit) != row.GetGuid(TableRow.Commit)).Select(row => row.RowKey).ToHashSet(StringComparer.Ordinal);
        TableEntity[] extra = [.. found.Values.Where(row => !wanted.ContainsKey(row.RowKey))];
        if (missing.Count + extra.Length == 0) return 0;
        await WriteAsync(table, extra.Select(row => Delete(partition, row)), ct);
        if (missing.Count == 0) return extra.Length;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {missing.Min(StringComparer.Ordinal)} and RowKey le {missing.Max(StringComparer.Ordinal)}");
        await foreach (var page in source.PagesAsync(table, filter, select: null, ct))
            await WriteAsync(table, page.Where(row => missing.Contains(row.RowKey)).Select(row => Write(row, found.GetValueOrDefault(row.RowKey))), ct);
        return extra.Length + missing.Count;
    }

    private async Task WriteAsync(string table, IEnumerable<TableTransactionAction> actions, CancellationToken ct)
    {
        foreach (var transaction in Transactions(actions))
        {
            await sign(ct);
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limited.CancelAfter(limit);
            await SubmitAsync(target.Client(table), transaction, limited.Token, ct);
            say(Interlocked.Add(ref _rows, transaction.Count));
        }
    }

    // What another has changed meanwhile, or what of this came late, is for the next pass to see.
    private async Task SubmitAsync(TableClient table, List<TableTransactionAction> transaction, CancellationToken limited, CancellationToken ct)
    {
        try
        {
            await target.TryAsync(() => table.SubmitTransactionAsync(transaction, limited), ct);
        }
        catch (RequestFailedException fault) when (TableFaults.IsNoTable(fault))
        {
            await target.TryAsync(() => table.CreateIfNotExistsAsync(ct), ct);
            await SubmitAsync(table, transaction, limited, ct);
        }
        catch (TableTransactionFailedException fault) when (TableFaults.IsConflict(fault)) { }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            throw new StoreBusyException($"The storage account {target.Account.Name} took too long to answer.", fault);
        }
    }

    private static IEnumerable<List<TableTransactionAction>> Transactions(IEnumerable<TableTransactionAction> actions)
    {
        var (transaction, bytes) = (new List<TableTransactionAction>(), 0);
        foreach (var action in actions)
        {
            var length = ((TableEntity)action.Entity).Select(property => property.Value).OfType<byte[]>().Sum(part => part.Length);
            if (transaction.Count == CommitLimits.MostWrites || transaction.Count > 0 && bytes + length > CommitLimits.Bytes)
            {
                yield return transaction;
                (transaction, bytes) = ([], 0);
            }
            transaction.Add(action);
            bytes += length;
        }
        if (transaction.Count > 0) yield return transaction;
    }

    private static TableTransactionAction Write(TableEntity row, TableEntity? found)
    {
        var copy = new TableEntity(row.PartitionKey, row.RowKey);
        foreach (var (name, value) in row)
            if (name is not ("PartitionKey" or "RowKey" or "Timestamp") && !name.StartsWith("odata.", StringComparison.Ordinal)) copy[name] = value;
        return found is null ? new(TableTransactionActionType.Add, copy) : new(TableTransactionActionType.UpdateReplace, copy, found.ETag);
    }

    private static TableTransactionAction Delete(string partition, TableEntity row) => new(TableTransactionActionType.Delete, new TableEntity(partition, row.RowKey), row.ETag);

    private sealed record Keys(string Name)
    {
        public static readonly Dictionary<string, TableEntity> None = [];

        public Dictionary<string, TableEntity> Rows { get; } = new(StringComparer.Ordinal);
    }
}
