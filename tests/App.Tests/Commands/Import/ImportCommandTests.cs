using System.CommandLine;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands.Import;

public sealed class ImportCommandTests : IDisposable
{
    private const string Mapping = """
        {
          "format": "csv",
          "emit": [
            { "type": "identify", "userId": "{id}", "timestamp": { "column": "day", "format": "yyyyMMdd" }, "traits": { "email": "{id}@shop.example" } },
            { "type": "track", "event": "Order Completed", "userId": "{id}", "timestamp": { "column": "day", "format": "yyyyMMdd" }, "properties": { "revenue": { "column": "paid", "as": "number" } } }
          ]
        }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("marketing-import-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(folder.FullName, "data");

    [Fact]
    public async Task History_is_counted_and_nothing_is_sent_for_it()
    {
        Assert.Equal(0, await ImportAsync("id,day,paid\nada,20250101,10\nada,20250102,20\nada,20250102,20\nbob,20260101,5\n"));
        Assert.Equal(3, await OrdersOfAsync("ada")); // two equal rows are two purchases
        Assert.Equal(1, await OrdersOfAsync("bob"));
        using var file = new SqliteFile(Path.Combine(Data, "marketing.db"));
        Assert.Empty(await new SqlitePartitionStore(file).ScanAsync(Tables.Facts, "", "~", Ct).ToListAsync(Ct));
        Assert.Equal(0, (await new Bus.SqliteBus(file, TimeProvider.System).CountAsync(Bus.Queue.Deliveries, Ct)).Waiting);
    }

    [Fact]
    public async Task Running_it_twice_changes_nothing()
    {
        const string rows = "id,day,paid\nada,20250101,10\nada,20250102,20\nbob,20260101,5\n";
        await ImportAsync(rows);
        var once = await RowsAsync();
        Assert.Equal(0, await ImportAsync(rows));
        Assert.Equal(once, await RowsAsync());
    }

    [Fact]
    public async Task Stopped_half_way_it_goes_on_and_nothing_counts_twice()
    {
        var rows = "id,day,paid\n" + string.Concat(Enumerable.Range(0, 2_500).Select(i => $"c{i % 40},2025{1 + i % 12:D2}{1 + i % 28:D2},{i % 7}\n"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var first = ImportAsync(rows, stop.Token);
        await WaitForAsync(async () => (await RowsAsync()).Count > 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(0, await ImportAsync(rows));
        var total = 0L;
        for (var i = 0; i < 40; i++) total += await OrdersOfAsync($"c{i}");
        Assert.Equal(2_500, total);
    }

    [Fact]
    public async Task Bad_rows_are_kept_with_line_and_reason_and_do_not_stop_the_run()
    {
        Assert.Equal(0, await ImportAsync("id,day,paid\nada,20250101,10\nada,someday,1\n,20250101,1\nada,20250103,much\nada,20250104,1,2\nbob,20250105,3\n"));
        var rejected = await File.ReadAllLinesAsync(Assert.Single(Directory.GetFiles(Data, "rejected-*.ndjson")), Ct);
        Assert.Equal([3, 4, 5, 6], rejected.Select(line => JsonElement.Parse(line).GetProperty("line").GetInt64()));
        Assert.All(rejected, line => Assert.NotEqual("", JsonElement.Parse(line).GetProperty("reason").GetString()));
        Assert.Equal(1, await OrdersOfAsync("ada"));
        Assert.Equal(1, await OrdersOfAsync("bob"));
    }

    [Theory]
    [InlineData("nobody,nothing\n1,2\n", "does not fit its mapping")]
    [InlineData("", "does not fit its mapping")]
    public async Task A_file_that_does_not_fit_is_refused_in_one_sentence(string rows, string says)
    {
        var fault = await Assert.ThrowsAsync<CommandFault>(() => ImportAsync(rows));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<int> ImportAsync(string rows, CancellationToken? ct = null)
    {
        var (file, mapping) = (Path.Combine(folder.FullName, "orders.csv"), Path.Combine(folder.FullName, "mapping.json"));
        await File.WriteAllTextAsync(file, rows, Ct);
        await File.WriteAllTextAsync(mapping, Mapping, Ct);
        return await ImportCommand.Create().Parse([file, "--mapping", mapping, "--data", Data, "--config", TestConfigs.Cdnow]).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, ct ?? Ct);
    }

    private async Task<long> OrdersOfAsync(string userId)
    {
        using var file = new SqliteFile(Path.Combine(Data, "marketing.db"));
        var store = new SqlitePartitionStore(file);
        var deployment = await Deployments.OpenAsync(store, new(Data, new("http://localhost")), Ct);
        var catalog = ConfigFiles.Load(TestConfigs.Cdnow, 1, deployment);
        var state = await store.ReadRangeAsync(Tables.Customers, CustomerKey.OfUser(deployment.Pepper, userId).Value, CustomerRows.From, CustomerRows.To, Ct);
        var customer = CustomerRows.Customer(CustomerKey.OfUser(deployment.Pepper, userId), [.. state.Where(CustomerRows.IsState)]);
        return customer.Tallies.GetValueOrDefault(catalog.Rules.TalliesOf("Order Completed").OfType<Segments.TallyRule.Single>().Single(rule => rule is { Within: null, Where: null, Measure: Segments.Measure.Count }).Id)?.Count ?? 0;
    }

    private async Task<List<(string, string, string)>> RowsAsync()
    {
        if (!File.Exists(Path.Combine(Data, "marketing.db"))) return [];
        using var file = new SqliteFile(Path.Combine(Data, "marketing.db"));
        return await new SqlitePartitionStore(file).ScanAsync(Tables.Customers, "", "~", Ct).Select(row => (row.Partition, row.Key, row.ETag)).ToListAsync(Ct);
    }

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Delay(5, Ct);
    }
}
