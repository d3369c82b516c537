using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Segments;

public sealed class RebuildTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder scratch = new();
    private readonly FakeTimeProvider clock = new(Start);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Config => Path.Combine(scratch.Path, "config");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task After_an_edit_everybody_is_as_if_it_had_always_been_so_whatever_fails_and_whatever_happens_meanwhile()
    {
        WriteConfig("""{ "event": "Order", "count": { "atLeast": 2 } }""");
        await using (var node = await OpenAsync("data"))
        {
            await node.AcceptAsync([.. Enumerable.Range(0, 900).Select(i => Event(i, Start.AddMinutes(-i * 7)))], Ct);
            await node.Pump.DrainAsync(Ct);
        }
        WriteConfig("""{ "event": "Order", "within": "P3D", "sum": { "of": "revenue", "atLeast": 40 } }""");
        clock.Advance(TimeSpan.FromHours(1));
        await using var edited = await OpenAsync("data");
        await edited.Rebuilds.StartAsync(edited.Catalog, Ct);
        await edited.Rebuilds.StartAsync(edited.Catalog, Ct); // as after a start that died half-way

        var store = new FaultyStore(edited.Store, seed: 7, everySo: 25);
        var (faults, live) = (0, 0);
        while (await edited.Bus.ReceiveAsync(Queue.Rebuilds, 10, TimeSpan.FromMinutes(5), Ct) is [_, ..] batch)
        {
            try
            {
                await Handler(edited, store).HandleAsync(batch, Ct);
                await edited.Bus.CompleteAsync(batch, Ct);
            }
            catch (IOException)
            {
                faults++;
                await edited.Bus.AbandonAsync(batch, TimeSpan.Zero, Ct);
            }
            if (live++ < 40) await DecideAsync(edited, Event(900 + live, clock.GetUtcNow()));
        }
        Assert.NotEqual(0, faults);
        Assert.Equal(StoredCustomers.Shards, (await Rebuilds.ProgressAsync(edited.Store, 2, Ct))!.Shards);

        await using var fresh = await OpenAsync("fresh");
        await fresh.AcceptAsync([.. Enumerable.Range(0, 900).Select(i => Event(i, Start.AddMinutes(-i * 7))), .. Enumerable.Range(901, 40).Select(i => Event(i, clock.GetUtcNow()))], Ct);
        await fresh.Pump.DrainAsync(Ct);
        var expected = await AllAsync(fresh).ToListAsync(Ct);
        Assert.Equal(expected.Select(Describe), (await AllAsync(edited).ToListAsync(Ct)).Select(Describe));
        Assert.Contains(expected, customer => customer.Segments.ContainsKey("edited"));
        Assert.Contains(expected, customer => !customer.Segments.ContainsKey("edited"));
        foreach (var segment in new[] { "edited", "untouched" })
            Assert.Equal((await AllAsync(edited).ToListAsync(Ct)).Where(customer => customer.Segments.ContainsKey(segment)).Select(customer => customer.Key), await new Members(edited.Store).ListAsync(segment, null, Ct).Select(member => member.Customer).ToListAsync(Ct));
    }

    [Fact]
    public async Task An_edit_of_words_alone_rebuilds_nobody()
    {
        WriteConfig("""{ "event": "Order" }""");
        await using (var node = await OpenAsync("data")) await DecideAsync(node, Event(1, Start));
        WriteConfig("""{ "event": "Order" }""", name: "Another name");
        await using var edited = await OpenAsync("data");
        await edited.Rebuilds.StartAsync(edited.Catalog, Ct);
        Assert.Equal(2, edited.Catalog.Version);
        Assert.Empty(await edited.Bus.ReceiveAsync(Queue.Rebuilds, 10, TimeSpan.FromMinutes(5), Ct));
    }

    [Fact]
    public async Task The_rebuild_of_an_older_catalog_gives_way_to_the_newer_one()
    {
        WriteConfig("""{ "event": "Order" }""");
        await using (var node = await OpenAsync("data")) await DecideAsync(node, Event(1, Start));
        foreach (var count in new[] { 2, 3 })
        {
            WriteConfig($$"""{ "event": "Order", "count": { "atLeast": {{count}} } }""");
            await using var edited = await OpenAsync("data");
            await edited.Rebuilds.StartAsync(edited.Catalog, Ct);
            if (count == 3) await edited.Pump.DrainAsync(Ct);
            if (count == 3) Assert.Null(Assert.Single(await AllAsync(edited).ToListAsync(Ct)).Segments.Keys.FirstOrDefault(id => id == "edited"));
        }
    }

    private static RebuildsHandler Handler(Node node, FaultyStore store)
    {
        var quarantine = new Quarantine(store, NullLogger<Quarantine>.Instance);
        var customers = new CustomerStore(store, node.Catalog, node.Clock, quarantine);
        var effects = new EffectRunner(store, node.Bus, new Suppressions(store, node.Catalog.Deployment, node.Clock));
        var work = new Handlers.CustomerWork(effects, node.Bus, quarantine, node.Clock, new(node.Clock), NullLogger<Handlers.CustomerWork>.Instance);
        return new(store, customers, effects, new Rebuilds(store, node.Bus), node.Catalog, work);
    }

    private static IAsyncEnumerable<Customer> AllAsync(Node node) => Enumerable.Range(0, StoredCustomers.Shards).ToAsyncEnumerable().SelectMany(shard => new StoredCustomers(node.Store).ReadAsync(shard, "", Ct)).Select(stored => stored.Customer);

    private static string Describe(Customer customer) => $"{customer.UserId} {string.Join(' ', customer.Segments.Keys)} {string.Join(' ', customer.Flips)} {JsonSerializer.Serialize(customer.Tallies.Where(tally => tally.Value.Times.Length == 0).Select(tally => tally.Value))}";

    private static Task<Customer> DecideAsync(Node node, CustomerEvent e) => node.DecideNowAsync(e.KeyOf(node.Catalog.Deployment.Pepper), new Input.Happened(e), Ct);

    private static CustomerEvent.Tracked Event(int i, DateTimeOffset at) => new()
    {
        MessageId = $"m{i}",
        UserId = $"c{i % 150}",
        Event = i % 4 == 0 ? "View" : "Order",
        At = at,
        ReceivedAt = at,
        Properties = JsonElement.Parse($$"""{"revenue":{{i % 13}}.5}"""),
    };

    private Task<Node> OpenAsync(string data) => Node.OpenAsync(
        new(Path.Combine(scratch.Path, data), new("http://localhost"), Durable: false, Seed: 1), (deployment, version) => ConfigFiles.Load(Config, version, deployment), new RecordingChannel(), clock, NullLoggerFactory.Instance, Ct);

    private void WriteConfig(string condition, string name = "Edited")
    {
        Write("policy.json", """{ "topics": { "orders": { "name": { "en": "Orders" }, "consent": "optOut" } }, "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } } }""");
        Write("segments/edited.json", $$"""{ "name": { "en": "{{name}}" }, "when": {{condition}} }""");
        Write("segments/untouched.json", """{ "name": { "en": "Untouched" }, "when": { "any": [ { "event": "View", "within": "P2D" }, { "segment": "edited" } ] } }""");
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(Config, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
