using Azure.Core;

namespace MarketingAutomation.Storage;

/// <summary>Accounts of Azurite with many processes on them, each with its own view of the shard map and spans short enough for a test.</summary>
internal sealed class ShardWorld(string[] accounts, ShardTimes usual)
{
    public static readonly ShardTimes Quick = new(
        Lease: TimeSpan.FromMilliseconds(150), Pause: TimeSpan.FromSeconds(60), Look: TimeSpan.FromMilliseconds(5),
        Beat: TimeSpan.FromMilliseconds(100), Request: TimeSpan.FromSeconds(10), Death: TimeSpan.FromSeconds(1));

    /// <summary>A process of its own.</summary>
    /// <param name="next">What happens to its requests.</param>
    public ShardedPartitionStore Process(Func<Request, ValueTask<Fault>>? next = null, TimeProvider? clock = null, ShardTimes? times = null, int tries = 6)
    {
        var options = new TableOptions(new()) { MostTries = tries, FirstWait = TimeSpan.FromMilliseconds(2), Transport = next is null ? null : new FaultyTransport(next) };
        return new([.. accounts.Select(account => new TablePartitionStore(TableAccount.FromConnectionString(account, options), clock ?? TimeProvider.System))], times ?? usual, clock ?? TimeProvider.System);
    }

    /// <summary>A process that dies when it writes for the n-th time; reads before it change nothing, so that there is no other place to die.</summary>
    /// <param name="lastArrives">Whether its last write is done.</param>
    public ShardedPartitionStore ProcessThatDies(int atWrite, bool lastArrives)
    {
        var writes = 0;
        return Process(request =>
        {
            var writing = FaultyTransport.IsCommit(request);
            var write = writing ? Interlocked.Increment(ref writes) : Volatile.Read(ref writes);
            return ValueTask.FromResult(write < atWrite ? Fault.None : write == atWrite && writing && lastArrives ? Fault.AnswerLost : Fault.Cut);
        }, tries: 1);
    }

    public static Task MoveAsync(ShardedPartitionStore store, string to, CancellationToken ct, params int[] shards) => new ShardMover(store, _ => { }, TimeProvider.System).MoveAsync(shards, to, ct);

    /// <summary>What an account holds of shards, whether it counts or not.</summary>
    public static async Task<List<Row>> HeldAsync(ShardedPartitionStore store, string account, string table, CancellationToken ct) =>
        (await store.Account(account).ScanAsync(table, "", "~", ct).ToListAsync(ct)).FindAll(row => Shard.Of(row.Partition) is not null);
}
