using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Data.Tables;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Functions.HostDouble;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Benchmarks;

/// <summary>The published custom handler as the host drives it: a batch of a hundred messages of two events at a time.</summary>
internal static class Functions
{
    private const int PerBatch = 100, EventsPerMessage = 2, AtOnce = 64, Starts = 9, Rounds = 3; // AtOnce: customers that the handler works at once

    public static async Task RunAsync()
    {
        var root = await PublishAsync();
        await StartAsync(root);
        await EmbeddedAsync(root);
        await AzureAsync(root);
    }

    private static async Task StartAsync(string root)
    {
        using Scratch scratch = new();
        List<double> ready = [], working = [], cpu = [];
        for (var i = 0; i < Starts; i++)
        {
            var watch = Stopwatch.StartNew();
            await using var handler = await Served.HandlerAsync(root, Settings(scratch));
            ready.Add(handler.Started.TotalSeconds);
            await PostAsync(handler, Batch(i, 1, 1));
            working.Add(watch.Elapsed.TotalSeconds);
            cpu.Add(handler.Cpu);
        }
        Console.WriteLine($"start to first answered request: median {Median(ready):0.00} s, best {ready.Min():0.00} s; to first worked batch: median {Median(working):0.00} s, best {working.Min():0.00} s, {Median(cpu):0.00} CPU s; of {Starts}; aim 1.00");
    }

    private static async Task EmbeddedAsync(string root)
    {
        const int batches = 100, customers = 5_000;
        using Scratch scratch = new();
        double seconds, cpu;
        DateTimeOffset from;
        await using (var handler = await Served.HandlerAsync(root, Settings(scratch)))
        {
            await WorkAsync(handler, first: 0, batches: 10, customers);
            (var before, from) = (handler.Cpu, DateTimeOffset.UtcNow);
            seconds = await WorkAsync(handler, first: 10, batches, customers);
            cpu = handler.Cpu - before;
        }
        const int events = batches * PerBatch * EventsPerMessage;
        Console.WriteLine($"SQLite: {events / seconds:0} events/s, {cpu / events * 1000:0.00} CPU s per 1,000 events");
        await Floor.CompareAsync(scratch, from, seconds);
    }

    /// <summary>Every customer of a batch is another: new ones first, then all of them again.</summary>
    private static async Task AzureAsync(string root)
    {
        var program = AzuriteProcess.ProgramIn(Tables.Repository());
        if (!File.Exists(program))
        {
            Console.WriteLine("Azurite is not installed; run tests/run.");
            return;
        }
        const int warm = 10, batches = 10, customers = batches * PerBatch, events = customers * EventsPerMessage * 2;
        List<(double Ours, double Bare, double OurCpu, double BareCpu)> rounds = [];
        for (var round = 0; round < Rounds; round++)
        {
            double ours, cpu;
            ILookup<bool, IGrouping<string, Row>> rows; // of the customers who came twice, and of those who only warmed it up
            using (Scratch scratch = new())
            await using (var azurite = await AzuriteProcess.StartAsync(program, 1))
            {
                await using var handler = await Served.HandlerAsync(root, new Dictionary<string, string>(Settings(scratch)) { ["MARKETING_STORAGE"] = azurite.Accounts[0] });
                await WorkAsync(handler, first: batches * 2, warm, customers: int.MaxValue);
                var before = handler.Cpu;
                ours = await WorkAsync(handler, first: 0, batches * 2, customers);
                cpu = handler.Cpu - before;
                rows = (await TableStores.Open(azurite.Accounts[0], TimeProvider.System).ScanAsync(Storage.Tables.Customers, "", "~", CancellationToken.None).GroupBy(row => row.Partition).ToListAsync()).ToLookup(partition => partition.Count() > 2 * EventsPerMessage + 1);
            }
            await using (var azurite = await AzuriteProcess.StartAsync(program, 1))
            {
                var table = new TableServiceClient(azurite.Accounts[0]).GetTableClient(Storage.Tables.Customers);
                await table.CreateAsync();
                await BareAsync(table, rows[false]);
                var before = Environment.CpuUsage.TotalTime;
                rounds.Add((ours, await BareAsync(table, rows[true]), cpu, (Environment.CpuUsage.TotalTime - before).TotalSeconds));
            }
        }
        var (mine, theirs, spent, bare) = rounds.OrderBy(each => each.Bare / each.Ours).ElementAt(Rounds / 2);
        Console.WriteLine($"Azurite: {events / mine:0} events/s, {spent / events * 1000:0.00} CPU s per 1,000 events; the same reads and commits by the bare SDK, {AtOnce} at once, {events / theirs:0} events/s with {bare / events * 1000:0.00} CPU s; ratio {theirs / mine:0.00}; aim 0.70 (median of {Rounds})");
    }

    // The rows that ours left, written in two commits a customer, each after the range read that a decision takes.
    private static async Task<double> BareAsync(TableClient table, IEnumerable<IGrouping<string, Row>> customers)
    {
        var watch = Stopwatch.StartNew();
        foreach (var half in (bool[])[false, true])
            await Parallel.ForEachAsync(customers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (rows, ct) =>
            {
                var state = await table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {rows.Key} and RowKey ge {CustomerRows.From} and RowKey lt {CustomerRows.To}"), cancellationToken: ct).ToListAsync(ct);
                var others = rows.Where(row => !CustomerRows.IsState(row)).ToLookup(row => row.Key.StartsWith(CustomerRows.LogFrom, StringComparison.Ordinal));
                Row[] write = [rows.Single(CustomerRows.IsState), .. Half(others[true], half), .. Half(others[false], half)];
                await table.SubmitTransactionAsync(write.Select((row, i) =>
                {
                    var entity = new TableEntity(row.Partition, row.Key) { ["c"] = Guid.NewGuid() };
                    if (row.Value.Length > 0) entity["v0"] = row.Value;
                    return i == 0 && state is [var known] ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, known.ETag) : new(TableTransactionActionType.Add, entity);
                }), ct);
            });
        return watch.Elapsed.TotalSeconds;
    }

    private static IEnumerable<Row> Half(IEnumerable<Row> rows, bool second) => second ? rows.Skip(EventsPerMessage) : rows.Take(EventsPerMessage);

    /// <returns>Seconds.</returns>
    private static async Task<double> WorkAsync(Served handler, int first, int batches, int customers)
    {
        List<byte[]> bodies = [.. Enumerable.Range(first, batches).Select(batch => Batch(batch, PerBatch, customers))];
        var watch = Stopwatch.StartNew();
        foreach (var body in bodies) await PostAsync(handler, body);
        return watch.Elapsed.TotalSeconds;
    }

    private static byte[] Batch(int number, int messages, int customers) => TriggerEnvelope.Batch("events",
        [.. from message in Enumerable.Range(number * messages, messages)
            let now = DateTimeOffset.UtcNow
            let events = Enumerable.Range(0, EventsPerMessage).Select(i => new CustomerEvent.Tracked
            {
                MessageId = $"m-{number}-{message}-{i}",
                UserId = $"customer-{message % customers}",
                Event = "Product Viewed",
                At = now,
                ReceivedAt = now,
                Properties = JsonSerializer.SerializeToElement(new { product_id = $"p-{message % 97}", name = "Teapot, blue, 0.8 l", price = 24.5, currency = "EUR", category = "Kitchen" }),
            })
            select new Received(Queue.Events, $"{message}", "", 1, EventsBody.Write([.. events]).Single())]);

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(5) };

    private static async Task PostAsync(Served handler, byte[] envelope)
    {
        using var content = new StreamContent(new MemoryStream(envelope)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{handler.Port}/events") { Content = content, Headers = { TransferEncodingChunked = true } };
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static Dictionary<string, string> Settings(Scratch scratch) => new() { ["MARKETING_DATA"] = scratch.Data("data"), ["MARKETING_CONFIG"] = scratch.Config };

    // Where the tests publish to, so that it takes seconds after them.
    private static async Task<string> PublishAsync()
    {
        var root = Path.Combine(Tables.Repository(), "functions", "App", "bin", "published");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", "functions/App", "-c", "Release", "-r", "linux-x64", "-o", root, "-v", "quiet", "-nodeReuse:false"]) { WorkingDirectory = Tables.Repository() })!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? root : throw new InvalidOperationException("It cannot be published.");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
