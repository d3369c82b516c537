using System.Globalization;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Controls;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Handlers;
using MarketingAutomation.Simulation;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Customers;

/// <summary>What an event costs, in calls of the store, on its real way from the queue.</summary>
public sealed class CostTests(Azurite azurite) : IDisposable
{
    private const int EventsPerCommit = 45;

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    private static void WriteConfig(Scratch scratch) => ConfigWriter.In(scratch.Config)
        .Segment("lookers", """{ "event": "Product Viewed", "count": { "atLeast": 5000 } }""") // whom nobody here joins: coming into a segment is an effect
        .Segment("gold", """{ "all": [ { "trait": "plan", "is": "gold" }, { "segment": "lookers" } ] }""")
        .Message("receipt", "orders", "Thank you", "<p>Thank you.</p>")
        .Journey("receipt", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "send", "send": "receipt" } ]""");

    public void Dispose() => scratch.Dispose();

    [Theory, InlineData(1), InlineData(2), InlineData(44), InlineData(45), InlineData(46), InlineData(90), InlineData(91), InlineData(500)]
    public async Task One_customers_events_of_a_batch_cost_one_range_read_and_one_commit_for_every_45(int events)
    {
        using var bench = await Bench.OpenAsync(scratch, ct);
        var commits = (events + EventsPerCommit - 1) / EventsPerCommit;

        await bench.WorkAsync(Views("ada", events), perMessage: 7, ct);
        Assert.Equal(new(Reads: 0, commits, commits, Conflicts: 0, Scans: 0), bench.Store.Take(Tables.Customers));

        await bench.WorkAsync(Views("ada", events, from: events), perMessage: 7, ct); // nor does it cost more where much is known already
        Assert.Equal(new(Reads: 0, commits, commits, Conflicts: 0, Scans: 0), bench.Store.Take(Tables.Customers));
    }

    [Fact]
    public async Task Customers_of_one_batch_cost_as_much_as_each_alone()
    {
        using var bench = await Bench.OpenAsync(scratch, ct);

        await bench.WorkAsync([.. Enumerable.Range(0, 30).SelectMany(who => Views($"customer-{who}", 10))], perMessage: 50, ct);

        Assert.Equal(new(Reads: 0, Ranges: 30, Commits: 30, Conflicts: 0, Scans: 0), bench.Store.Take(Tables.Customers));
    }

    [Theory, InlineData(1), InlineData(10)]
    public async Task Effects_cost_one_commit_more_however_many_there_are(int orders)
    {
        using var bench = await Bench.OpenAsync(scratch, ct);

        await bench.WorkAsync(Orders("ada", orders), perMessage: 100, ct);

        Assert.Equal(new(Reads: 0, Ranges: 1, Commits: 2, Conflicts: 0, Scans: 0), bench.Store.Take(Tables.Customers));
        Assert.Equal(orders, (await bench.Bus.CountAsync(Queue.Deliveries, ct)).Waiting);
    }

    [Theory, InlineData(1), InlineData(45)]
    public async Task Events_that_come_late_cost_a_read_of_the_log_for_each_commit_where_they_may_change_since_when_a_customer_is_in(int events)
    {
        using var bench = await Bench.OpenAsync(scratch, ct, segment: """{ "not": { "event": "Product Viewed", "within": "PT10S" } }""");
        await bench.WorkAsync([Tracked("ada", "Product Liked", 0)], perMessage: 1, ct);
        bench.Store.Take(Tables.Customers);

        await bench.WorkAsync(Views("ada", events, from: -events), perMessage: 7, ct);

        Assert.Equal(new(Reads: 0, Ranges: 2, Commits: 2, Conflicts: 0, Scans: 0), bench.Store.Take(Tables.Customers)); // the second commit: it has run what it is to tell the index

        await bench.WorkAsync([.. Enumerable.Range(-events, events).Select(number => Tracked("ada", "Product Liked", number))], perMessage: 7, ct); // which no segment asks for
        Assert.Equal(new(Reads: 0, Ranges: 1, Commits: 1, Conflicts: 0, Scans: 0), bench.Store.Take(Tables.Customers));
    }

    [Fact]
    public async Task A_delivery_costs_one_range_read_one_look_at_suppressions_and_five_commits()
    {
        using var bench = await Bench.OpenAsync(scratch, ct);
        await bench.WorkAsync([new CustomerEvent.Identified { MessageId = "ada", UserId = "ada", At = Now, ReceivedAt = Now, Traits = JsonElement.Parse("""{"email":"ada@shop.example"}""") }, .. Orders("ada", 1)], perMessage: 2, ct);
        bench.Store.TakeAll();

        await bench.DeliverAsync(ct);

        var calls = bench.Store.TakeAll();
        Assert.Equal((1 + 1, 1, 5, 1), (calls.Ranges, calls.Reads, calls.Commits, calls.Facts)); // what is stopped, asked once in five seconds; the claim, the settlement, what the report needs, what is counted of reception, and that all have it
        Assert.Equal(1, bench.Sent);
    }

    [Fact]
    public async Task A_batch_that_comes_again_writes_nothing()
    {
        using var bench = await Bench.OpenAsync(scratch, ct);
        IReadOnlyList<CustomerEvent> batch = [.. Views("ada", 60), .. Orders("ada", 3)];
        await bench.WorkAsync(batch, perMessage: 20, ct);
        var before = await bench.StateAsync("ada", ct);
        bench.Store.Take(Tables.Customers);

        await bench.WorkAsync(batch, perMessage: 20, ct);

        var calls = bench.Store.Take(Tables.Customers);
        Assert.Equal((0, 0), (calls.Commits, calls.Scans));
        Assert.Equal(before, await bench.StateAsync("ada", ct));
        Assert.Equal(3, (await bench.Bus.CountAsync(Queue.Deliveries, ct)).Waiting);
    }

    [Fact]
    public async Task On_Table_Storage_each_of_these_calls_is_one_round_trip_and_there_are_no_others()
    {
        RoundTrips trips = new();
        var account = Assert.Single(await azurite.TakeAccountsAsync(1));
        using var bench = await Bench.OpenAsync(scratch, ct, TableStores.Open(account, TimeProvider.System, trips, ShardTimes.Default with { Lease = TimeSpan.FromHours(1) })); // else a busy process reads its map twice in five seconds
        await bench.WorkAsync(Orders("somebody", 1), perMessage: 1, ct); // makes the tables
        bench.Store.Take(Tables.Customers);
        var before = (trips.Reads, trips.Commits, trips.Others);

        IReadOnlyList<CustomerEvent> batch = [.. Enumerable.Range(0, 20).SelectMany(who => Views($"customer-{who}", 10)), .. Views("ada", 100), .. Orders("bob", 3), .. Orders("cleo", 2)];
        await bench.WorkAsync(batch, perMessage: 50, ct);
        var first = (Reads: trips.Reads - before.Reads, Commits: trips.Commits - before.Commits, Others: trips.Others - before.Others);
        var calls = bench.Store.TakeAll();

        Assert.Equal(20 + 3 + 1 + 1, calls.Ranges); // ada's hundred events are three commits, each on what it finds
        Assert.Equal(20 + 3 + 2 + 2, calls.Commits - calls.Facts); // bob's and cleo's effects: one more each
        Assert.Equal((calls.Ranges, calls.Commits, 0), (first.Reads, first.Commits, first.Others));
        Assert.InRange(calls.Facts, 1, 5); // all customers' together, one for each shard that the five runs fall into
    }

    private static IReadOnlyList<CustomerEvent> Views(string userId, int count, int from = 0) => [.. Enumerable.Range(from, count).Select(number => Tracked(userId, "Product Viewed", number))];

    private static IReadOnlyList<CustomerEvent> Orders(string userId, int count) => [.. Enumerable.Range(0, count).Select(number => Tracked(userId, "Order Completed", number))];

    private static CustomerEvent Tracked(string userId, string name, int number) => new CustomerEvent.Tracked
    {
        MessageId = $"{userId}-{name}-{number}",
        UserId = userId,
        Event = name,
        At = Now.AddMinutes(-1).AddMilliseconds(number),
        ReceivedAt = Now,
        Properties = JsonElement.Parse($$"""{ "number": {{number.ToString(CultureInfo.InvariantCulture)}} }"""),
    };

    // Wired as a node is, with the store behind the counter.
    private sealed class Bench : IDisposable
    {
        private readonly SqliteFile file;
        private readonly Catalog catalog;
        private readonly EventsHandler handler;
        private readonly DeliveriesHandler deliveries;
        private readonly RecordingChannel channel = new();

        private Bench(SqliteFile file, CountingStore store, Catalog catalog)
        {
            var clock = new FakeTimeProvider(Now);
            (this.file, this.catalog, Store, Bus) = (file, catalog, store, new(file, clock));
            var suppressions = new Suppressions(store, catalog.Deployment, clock);
            var quarantine = new Quarantine(store, NullLogger<Quarantine>.Instance);
            var work = new CustomerWork(new(store, Bus, suppressions), Bus, quarantine, clock, new(clock), NullLogger<CustomerWork>.Instance);
            var customers = new CustomerStore(store, catalog, clock, quarantine);
            handler = new(work, customers, catalog, new(clock));
            var controls = new ControlStore(store, clock);
            deliveries = new(work, customers, new(suppressions, new(store), new(controls, clock), channel, clock), channel, Bus, clock, new(clock), new(store, Bus, controls, catalog.Rules.IsBroadcast, ChannelNames.File));
        }

        public long Sent => channel.Sent;

        public CountingStore Store { get; }

        public SqliteBus Bus { get; }

        /// <param name="rows">SQLite where null.</param>
        /// <param name="segment">One more, where not null.</param>
        public static async Task<Bench> OpenAsync(Scratch scratch, CancellationToken ct, IPartitionStore? rows = null, string? segment = null)
        {
            WriteConfig(scratch);
            if (segment is not null) ConfigWriter.In(scratch.Config).Segment("more", segment);
            Directory.CreateDirectory(scratch.Data);
            var file = new SqliteFile(Path.Combine(scratch.Data, "marketing.db"));
            var store = new CountingStore(rows ?? new SqlitePartitionStore(file));
            var deployment = await Deployments.OpenAsync(store, new(scratch.Data, new("http://localhost")), ct);
            return new(file, store, ConfigFiles.Load(scratch.Config, 1, deployment));
        }

        /// <param name="perMessage">How many events came in one request.</param>
        public async Task WorkAsync(IReadOnlyList<CustomerEvent> events, int perMessage, CancellationToken ct)
        {
            await Bus.SendAsync(Queue.Events, [.. events.Chunk(perMessage).SelectMany(EventsBody.Write).Select(body => new BusMessage(body))], ct);
            await WorkAsync(Queue.Events, handler, ct);
        }

        public Task DeliverAsync(CancellationToken ct) => WorkAsync(Queue.Deliveries, deliveries, ct);

        private async Task WorkAsync(string queue, IHandler by, CancellationToken ct)
        {
            var batch = await Bus.ReceiveAsync(queue, 100, Pump.Lock, ct);
            await by.HandleAsync(batch, ct);
            await Bus.CompleteAsync(batch, ct);
            Assert.Equal(0, (await Bus.CountAsync(queue, ct)).Waiting);
        }

        /// <summary>The customer's state as it is stored, with what changes whenever it is written.</summary>
        public async Task<IEnumerable<string>> StateAsync(string userId, CancellationToken ct) =>
            (await Store.ReadRangeAsync(Tables.Customers, CustomerKey.OfUser(catalog.Deployment.Pepper, userId).Value, CustomerRows.From, CustomerRows.To, ct)).Select(row => $"{row.Key} {row.ETag} {Convert.ToHexString(row.Value)}");

        public void Dispose() => file.Dispose();
    }
}
