using System.Collections.Concurrent;
using System.Globalization;

namespace MarketingAutomation.Storage;

/// <summary>Customers' writers as the product has them: state against its ETag, a log line and a todo in one commit, a fact, then the todo's end; and what must be there in the end.</summary>
internal sealed class ShardWorkload(int seed)
{
    private const string Table = "customers", Facts = "facts";

    private static readonly string[] Partitions = ["40-a", "40-k", "40-z", "41-a", "c0-a", "4~welcome~20260101", "plain"];

    private readonly ConcurrentDictionary<string, bool> _acknowledged = new(StringComparer.Ordinal), _tried = new(StringComparer.Ordinal);
    private int _writers;

    public int Done => _acknowledged.Count;

    public async Task WriteAsync(ShardedPartitionStore process, CancellationToken until)
    {
        var writer = Interlocked.Increment(ref _writers);
        var random = new Random(seed * 100 + writer);
        for (var i = 0; !until.IsCancellationRequested; i++)
        {
            var (partition, id) = (Partitions[random.Next(Partitions.Length)], $"{writer}-{i:d5}");
            _tried[$"{partition} {id}"] = true;
            try
            {
                while (!await TryAddAsync(process, partition, id)) { }
                await process.CommitAsync(Facts, partition, [new Write.Put(id, [1])], CancellationToken.None);
                await process.CommitAsync(Table, partition, [new Write.Delete($"todo-{id}")], CancellationToken.None);
                _acknowledged[$"{partition} {id}"] = true;
            }
            catch (StoreBusyException) { } // told to come back later; whether it was done is open, once at most it was
        }
    }

    /// <summary>Everything acknowledged is there, nothing twice, nothing that was deleted is back, and every state counts what its log holds.</summary>
    public async Task CheckAsync(ShardedPartitionStore store, CancellationToken ct)
    {
        var (logs, facts, todos) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var partition in Partitions)
        {
            var rows = await store.ReadRangeAsync(Table, partition, "", "\x7f", ct);
            var log = rows.Where(row => row.Key.StartsWith("log-", StringComparison.Ordinal)).ToList();
            Assert.Equal(log.Count, rows.FirstOrDefault(row => row.Key == "state") is { } state ? BitConverter.ToInt32(state.Value) : 0);
            Assert.Equal(Enumerable.Range(1, log.Count).Select(n => $"log-{n:d6}"), log.Select(row => row.Key));
            logs.AddRange(log.Select(row => $"{partition} {System.Text.Encoding.ASCII.GetString(row.Value)}"));
            todos.UnionWith(rows.Where(row => row.Key.StartsWith("todo-", StringComparison.Ordinal)).Select(row => $"{partition} {row.Key[5..]}"));
            facts.UnionWith((await store.ReadRangeAsync(Facts, partition, "", "\x7f", ct)).Select(row => $"{partition} {row.Key}"));
        }
        Assert.Equal(logs.Count, logs.Distinct().Count());
        Assert.Empty(logs.Except(_tried.Keys));
        Assert.Empty(_acknowledged.Keys.Except(logs));
        Assert.Empty(_acknowledged.Keys.Except(facts));
        Assert.Empty(_acknowledged.Keys.Intersect(todos));
        var scanned = await store.ScanAsync(Table, "", "~", ct).Where(row => row.Key.StartsWith("log-", StringComparison.Ordinal)).Select(row => $"{row.Partition} {System.Text.Encoding.ASCII.GetString(row.Value)}").ToListAsync(ct);
        Assert.Equal(logs.Order(StringComparer.Ordinal), scanned.Order(StringComparer.Ordinal));
    }

    /// <summary>Scans while shards move: what was acknowledged some time before is in it, and nothing is there twice.</summary>
    public async Task ScanAsync(ShardedPartitionStore process, TimeSpan age, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            string[] before = [.. _acknowledged.Keys];
            await Task.Delay(age, CancellationToken.None);
            var rows = await process.ScanAsync(Facts, "", "~", CancellationToken.None).Select(row => $"{row.Partition} {row.Key}").ToListAsync(CancellationToken.None);
            Assert.Equal(rows.Distinct(), rows);
            Assert.Empty(before.Except(rows));
        }
    }

    // False where another writer was first.
    private static async Task<bool> TryAddAsync(ShardedPartitionStore process, string partition, string id)
    {
        var state = await process.ReadAsync(Table, partition, "state", CancellationToken.None);
        var count = (state is null ? 0 : BitConverter.ToInt32(state.Value)) + 1;
        var value = BitConverter.GetBytes(count);
        try
        {
            await process.CommitAsync(Table, partition, [
                state is null ? new Write.Insert("state", value) : new Write.Replace("state", value, state.ETag),
                new Write.Insert(string.Create(CultureInfo.InvariantCulture, $"log-{count:d6}"), System.Text.Encoding.ASCII.GetBytes(id)),
                new Write.Insert($"todo-{id}", []),
            ], CancellationToken.None);
            return true;
        }
        catch (CommitConflictException conflict)
        {
            Assert.False(conflict.Key.StartsWith("todo-", StringComparison.Ordinal), "A commit met itself.");
            return false;
        }
    }
}
