using System.Diagnostics;
using Azure.Data.Tables;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Benchmarks;

/// <summary>Commits and range reads through the store, against the same transactions and queries by the bare SDK, on the same Azurite at the same concurrency.</summary>
/// <remarks>Azurite takes one CPU and walks a whole table for each query: the ratio means something, the numbers per second do not.</remarks>
internal static class Tables
{
    private const int AtOnce = 16, Seconds = 4, Rounds = 3;

    // A decision's: the state, a log line, an id, a todo.
    private static readonly byte[] State = Bytes(1500), Log = Bytes(700), Todo = Bytes(200);

    public static async Task RunAsync()
    {
        var program = AzuriteProcess.ProgramIn(Repository());
        if (!File.Exists(program))
        {
            Console.WriteLine("Azurite is not installed; run tests/run.");
            return;
        }
        await CompareAsync(program, "commit of 4 rows", BareCommitAsync, OurCommitAsync);
        await CompareAsync(program, "load, then commit", BareLoadAndCommitAsync, async (store, partition, n) =>
        {
            await store.ReadRangeAsync("customers", partition, "state", "todo~", CancellationToken.None);
            await OurCommitAsync(store, partition, n);
        });
    }

    private static async Task CompareAsync(string program, string name, Func<TableClient, string, int, Task> bare, Func<IPartitionStore, string, int, Task> ours)
    {
        List<double> bareRates = [], ourRates = [];
        for (var round = 0; round < Rounds; round++)
        {
            // Each on a fresh emulator: it gets slower with what it holds.
            await using (var azurite = await AzuriteProcess.StartAsync(program, 1))
            {
                var table = new TableServiceClient(azurite.Accounts[0]).GetTableClient("customers");
                await table.CreateAsync();
                bareRates.Add(await RateAsync((partition, n) => bare(table, partition, n)));
            }
            await using (var azurite = await AzuriteProcess.StartAsync(program, 1))
            {
                var store = TableStores.Open(azurite.Accounts[0], TimeProvider.System);
                await store.CommitAsync("customers", "00-first", [new Write.Put("state", [])], CancellationToken.None);
                ourRates.Add(await RateAsync((partition, n) => ours(store, partition, n)));
            }
        }
        var (theirs, mine) = (Median(bareRates), Median(ourRates));
        Console.WriteLine($"{name,-20} bare {theirs,6:0}/s, ours {mine,6:0}/s, ratio {mine / theirs:0.00}; aim 0.70 ({AtOnce} at once, median of {Rounds})");
    }

    private static async Task<double> RateAsync(Func<string, int, Task> work)
    {
        var (done, watch) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async writer =>
        {
            for (var n = 0; watch.Elapsed.TotalSeconds < Seconds; n++)
            {
                await work($"{writer * 16:x2}-{n}", n);
                Interlocked.Increment(ref done);
            }
        }));
        return done / watch.Elapsed.TotalSeconds;
    }

    private static Task OurCommitAsync(IPartitionStore store, string partition, int n) =>
        store.CommitAsync("customers", partition, [new Write.Insert("state", State), new Write.Insert($"log-{n:d12}-00", Log), new Write.Insert($"id-{n}", []), new Write.Insert($"todo-{n:d12}", Todo)], CancellationToken.None);

    private static Task BareCommitAsync(TableClient table, string partition, int n)
    {
        return table.SubmitTransactionAsync([Add("state", State), Add($"log-{n:d12}-00", Log), Add($"id-{n}", null), Add($"todo-{n:d12}", Todo)]);

        TableTransactionAction Add(string key, byte[]? value)
        {
            var entity = new TableEntity(partition, key);
            if (value is not null) entity["v"] = value;
            return new(TableTransactionActionType.Add, entity);
        }
    }

    private static async Task BareLoadAndCommitAsync(TableClient table, string partition, int n)
    {
        await table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge 'state' and RowKey lt 'todo~'")).ToListAsync();
        await BareCommitAsync(table, partition, n);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    public static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MarketingAutomation.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The benchmarks do not run inside the repository.");
        return folder;
    }
}
