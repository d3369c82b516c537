using System.Runtime.CompilerServices;

namespace MarketingAutomation.Storage;

/// <summary>Rows in partitions, over several storage accounts: each shard lives in the account that the shard map names, and may move while in use.</summary>
/// <remarks>
/// <para><b>How nothing is lost when a shard moves.</b> The mover copies the shard while it is in use, closes it in the map, waits until nobody relies on
/// an older map (a lease), copies what has changed until source and copy are the same throughout, names the new account in the map, and removes the old rows.</para>
/// <para>An answer counts only if, when it arrives, a map that may be relied on says that the shard lives where it was asked and has not been closed
/// since. So every commit that was acknowledged had happened before leases of open maps were over, and thus before the last copying: it is in the copy.
/// However late the network delivers a write, it changes nothing that counts: if it comes before the copy is whole, the copy has it or it has it
/// wholly not (copying ends only with a pass that met no difference), and if later, it lands where nobody looks.
/// Its writer, whose answer then does not count, looks for the commit's id in the shard's account, and commits again where it is not found.
/// Reads follow the same rule, so that none shows what was true before somebody else's acknowledged commit.</para>
/// <para>A scan goes on during a closing and reads the account that is about to be left; it may miss what was committed in the last few seconds.
/// It starts anew after the row it gave last when a shard has another account.</para>
/// </remarks>
internal sealed class ShardedPartitionStore : IPartitionStore
{
    private readonly Dictionary<string, TablePartitionStore> _accounts;
    private readonly TablePartitionStore _first;
    private readonly TimeProvider _clock;

    /// <param name="accounts">The first one holds the shard map, and every partition that belongs to no shard.</param>
    public ShardedPartitionStore(IReadOnlyList<TablePartitionStore> accounts, ShardTimes times, TimeProvider clock)
    {
        _first = accounts[0];
        _accounts = accounts.ToDictionary(account => account.Account.Name, StringComparer.Ordinal);
        _clock = clock;
        Maps = new(_first, () => ShardMap.Deal([.. accounts.Select(account => account.Account.Name)]), times, clock);
    }

    public ShardMaps Maps { get; }

    public IEnumerable<string> AccountNames => _accounts.Keys;

    public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct) =>
        AtHomeAsync(partition, account => account.ReadAsync(table, partition, key, ct), ct);

    public Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct) =>
        AtHomeAsync(partition, account => account.ReadRangeAsync(table, partition, from, to, ct), ct);

    public Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct) => CommitAsync(table, partition, writes, Guid.NewGuid(), ct);

    public async Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, Guid commit, CancellationToken ct)
    {
        var sent = false;
        string? etag = null;
        var conflict = await AtHomeAsync(partition, async account =>
        {
            try
            {
                // The second time it may be done already, and what it has written may have been changed since.
                if (!sent || !await account.IsCommittedAsync(table, partition, writes, commit, ct)) etag = await account.CommitAsync(table, partition, writes, commit, sent, ct);
                return null;
            }
            catch (CommitConflictException found)
            {
                return found; // is an answer, and counts as answers do
            }
            finally
            {
                sent = true;
            }
        }, ct);
        return conflict is null ? etag : throw conflict;
    }

    public async IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = (Partition: fromPartition, Key: ""); ;)
        {
            var lease = await Maps.LeaseAsync(ct);
            await using var merge = new ShardScan(this, lease.Map, table, after, toPartition, ct);
            while (await merge.NextAsync() is { } row)
            {
                yield return row;
                after = (row.Partition, row.Key);
            }
            if (!merge.Moved) yield break;
        }
    }

    /// <summary>The accounts in which shards live, and the first.</summary>
    public IEnumerable<TablePartitionStore> Homes(ShardMap map) => map.Shards.Select(home => home.Account).Append(_first.Account.Name).Distinct(StringComparer.Ordinal).Select(Account);

    public bool IsHome(ShardMap map, TablePartitionStore account, string partition) => Shard.Of(partition) is { } shard ? map.Shards[shard].Account == account.Account.Name : account == _first;

    /// <exception cref="InvalidOperationException">The map names an account that this process does not know.</exception>
    public TablePartitionStore Account(string name) => _accounts.GetValueOrDefault(name)
        ?? throw new InvalidOperationException($"Shards live in the storage account {name}, which MARKETING_STORAGE does not list; add it there.");

    private async Task<T> AtHomeAsync<T>(string partition, Func<TablePartitionStore, Task<T>> ask, CancellationToken ct)
    {
        if (Shard.Of(partition) is not { } shard) return await ask(_first);
        while (true)
        {
            var home = await OpenAsync(shard, ct);
            var answer = await ask(Account(home.Account));
            var then = (await Maps.LeaseAsync(ct)).Map.Shards[shard];
            if (then.Account == home.Account && then.Closings == home.Closings) return answer;
        }
    }

    /// <summary>Where the shard lives; waits while it is closed.</summary>
    private async ValueTask<ShardHome> OpenAsync(int shard, CancellationToken ct)
    {
        for (var began = _clock.GetTimestamp(); ;)
        {
            var map = (await Maps.LeaseAsync(ct)).Map;
            if (map.Shards[shard] is { Phase: not ShardPhase.Closed } home) return home;
            await Maps.RescueAsync(map, ct);
            if (_clock.GetElapsedTime(began) > Maps.Times.Pause) throw new StoreBusyException("The customer's shard is being moved to another storage account.");
            await Task.Delay(Maps.Times.Look, _clock, ct);
            await Maps.RenewAsync(ct);
        }
    }
}
