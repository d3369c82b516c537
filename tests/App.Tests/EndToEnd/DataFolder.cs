using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;

namespace MarketingAutomation.EndToEnd;

/// <summary>Looks into a server's data, also while it works on them: those of a folder, or of a stand-in for Azure.</summary>
internal sealed class DataFolder : IDisposable
{
    // What falls due within this is waited for; what falls due later, such as the end of a window, is not.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan QuietWithin = TimeSpan.FromSeconds(180);

    private readonly SqliteFile? file;
    private readonly AzureStandIn? azure;
    private readonly TimeProvider clock;

    public DataFolder(string folder, AzureStandIn? azure = null, TimeProvider? clock = null)
    {
        (Folder, this.azure, this.clock) = (folder, azure, clock ?? TimeProvider.System);
        file = azure is null ? new(Path.Combine(folder, "marketing.db")) : null;
        Store = azure is null ? new SqlitePartitionStore(file!) : TableStores.Open(azure.Account, this.clock);
    }

    public string Folder { get; }

    public IPartitionStore Store { get; }

    public Task<Deployment> DeploymentAsync(CancellationToken ct) => Deployments.OpenAsync(Store, new(Folder, new("http://localhost")), ct);

    /// <summary>Returns when nothing waits, nothing is under way, and nothing falls due soon.</summary>
    public Task QuietAsync(CancellationToken ct) => Eventually.HoldsAsync(async () =>
    {
        foreach (var queue in Queue.All)
            if (await CountAsync(queue, ct) is { Waiting: > 0 } or { Locked: > 0 }) return false;
        return !(await NextDueAsync(ct) < clock.GetUtcNow() + Soon);
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
        [.. await new Segments.Members(Store).ListAsync(segment, null, ct).Select(member => $"{member.Customer} {member.Since:O}").ToListAsync(ct)];

    public async Task<Report> ReportAsync(string config, DateTimeOffset asOf, CancellationToken ct) =>
        await ReportCommand.BuildAsync(Store, ConfigFiles.Load(config, 1, await DeploymentAsync(ct)), new(asOf), ct);

    /// <summary>Fails where effects have not been run, an input was put into quarantine, or a message was given up.</summary>
    public async Task AssertNothingLeftAsync(CancellationToken ct)
    {
        Assert.DoesNotContain(await RowsAsync(Tables.Customers, ct), row => row.Key.StartsWith("todo-", StringComparison.Ordinal));
        Assert.Empty(await RowsAsync(Tables.Quarantine, ct));
        foreach (var queue in Queue.All) Assert.Equal(0, (await CountAsync(queue, ct)).PutAside);
    }

    public void Dispose() => file?.Dispose();

    private async Task<(long Waiting, long Locked, int PutAside)> CountAsync(string queue, CancellationToken ct)
    {
        if (azure?.Broker.Queue(queue) is { } standIn) return (standIn.Count.Waiting, standIn.Count.Locked, standIn.Aside!.Count.Waiting);
        var bus = new SqliteBus(file!, clock);
        var count = await bus.CountAsync(queue, ct);
        return (count.Waiting, count.Locked, (await bus.DeadLettersAsync(queue, 10, ct)).Count);
    }

    private async Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) =>
        azure is null ? await new SqliteBus(file!, clock).NextDueAsync(ct) : Queue.All.Min(queue => azure.Broker.Queue(queue).NextDue);

    private async Task<List<Row>> RowsAsync(string table, CancellationToken ct)
    {
        List<Row> rows = [];
        await foreach (var row in Store.ScanAsync(table, "", "~", ct)) rows.Add(row);
        return rows;
    }
}
