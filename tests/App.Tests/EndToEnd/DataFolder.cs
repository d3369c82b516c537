using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;

namespace MarketingAutomation.EndToEnd;

/// <summary>Looks into a data folder, also while a server works on it.</summary>
internal sealed class DataFolder : IDisposable
{
    // What falls due within this is waited for; what falls due later, such as the end of a window, is not.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan QuietWithin = TimeSpan.FromSeconds(60);

    private readonly SqliteFile file;
    private readonly SqlitePartitionStore store;
    private readonly SqliteBus bus;

    public DataFolder(string folder)
    {
        Folder = folder;
        file = new(Path.Combine(folder, "marketing.db"));
        store = new(file);
        bus = new(file, TimeProvider.System);
    }

    public string Folder { get; }

    public Task<Deployment> DeploymentAsync(CancellationToken ct) => Deployments.OpenAsync(store, new(Folder, new("http://localhost")), ct);

    /// <summary>Returns when nothing waits, nothing is under way, and nothing falls due soon.</summary>
    public Task QuietAsync(CancellationToken ct) => Eventually.HoldsAsync(async () =>
    {
        foreach (var queue in Queues)
            if (await bus.CountAsync(queue, ct) is { Waiting: > 0 } or { Locked: > 0 }) return false;
        return !(await bus.NextDueAsync(ct) < TimeProvider.System.GetUtcNow() + Soon);
    }, "The queues do not become empty.", QuietWithin, ct);

    /// <summary>Every customer, known and anonymous.</summary>
    public async Task<ImmutableSortedDictionary<string, Customer>> CustomersAsync(CancellationToken ct) => (await RowsAsync(Tables.Customers, ct))
        .Where(CustomerRows.IsState).GroupBy(row => row.Partition, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(rows => rows.Key, rows => CustomerRows.Customer(new(rows.Key), [.. rows]), StringComparer.Ordinal);

    /// <summary>The lines of all logs, with the customer whose log it is.</summary>
    public async Task<IReadOnlyList<(string Customer, LogEntry Entry)>> LogAsync(CancellationToken ct) =>
        [.. (await RowsAsync(Tables.Customers, ct)).Where(row => row.Key.StartsWith(CustomerRows.LogFrom, StringComparison.Ordinal)).Select(row => (row.Partition, CustomerRows.LogEntry(row)))];

    public async Task<IReadOnlyList<Fact>> FactsAsync(CancellationToken ct) =>
        [.. (await RowsAsync(Tables.Facts, ct)).Select(row => JsonSerializer.Deserialize(row.Value, CoreJson.Default.Fact)!)];

    /// <summary>Who the index says is in a segment.</summary>
    public async Task<IReadOnlyList<string>> MembersAsync(string segment, CancellationToken ct) =>
        [.. await new Segments.Members(store).ListAsync(segment, null, ct).Select(member => $"{member.Customer} {member.Since:O}").ToListAsync(ct)];

    public async Task<Report> ReportAsync(string config, DateTimeOffset asOf, CancellationToken ct) =>
        await ReportCommand.BuildAsync(store, ConfigFiles.Load(config, 1, await DeploymentAsync(ct)), new(asOf), ct);

    /// <summary>Fails where effects have not been run, an input was put into quarantine, or a message was given up.</summary>
    public async Task AssertNothingLeftAsync(CancellationToken ct)
    {
        Assert.DoesNotContain(await RowsAsync(Tables.Customers, ct), row => row.Key.StartsWith("todo-", StringComparison.Ordinal));
        Assert.Empty(await RowsAsync(Tables.Quarantine, ct));
        foreach (var queue in Queues) Assert.Empty(await bus.DeadLettersAsync(queue, 10, ct));
    }

    public void Dispose() => file.Dispose();

    private static readonly string[] Queues = [Queue.Events, Queue.Wakes, Queue.Deliveries, Queue.Rebuilds];

    private async Task<List<Row>> RowsAsync(string table, CancellationToken ct)
    {
        List<Row> rows = [];
        await foreach (var row in store.ScanAsync(table, "", "~", ct)) rows.Add(row);
        return rows;
    }
}
