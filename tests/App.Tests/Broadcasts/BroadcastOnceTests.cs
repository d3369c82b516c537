using System.Text;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using MarketingAutomation.SendingOnce;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Broadcasts;

/// <summary>A broadcast in worlds that kill, delay, duplicate, reorder and cut connections at every await while it walks: nobody gets it twice, nobody is forgotten, and the counts add up.</summary>
public class BroadcastOnceTests(ITestOutputHelper output)
{
    private const int Seeds = 150, InOneShard = 120, Elsewhere = 20;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero); // an hour before the worlds begin

    private static readonly NodeOptions Options = new("", new("https://m.shop.example"), Seed: 1);

    private static readonly Dictionary<string, string> Config = new(StringComparer.Ordinal)
    {
        ["policy.json"] = """{ "topics": { "offers": { "name": { "en": "Offers" }, "consent": "optOut" } }, "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } } }""",
        ["segments/visitors.json"] = """{ "name": { "en": "Visitors" }, "when": { "event": "Visit" } }""",
        ["broadcasts/sale.json"] = """{ "name": { "en": "Sale" }, "segment": "visitors", "message": "offer", "at": "2026-03-02T10:00:00Z", "holdout": 10 }""",
        ["messages/offer/message.json"] = """{ "name": { "en": "Offer" }, "topic": "offers", "subject": { "en": "An offer" } }""",
        ["messages/offer/en.html"] = "<p>An offer. <a href=\"{{ unsubscribe_url }}\">No more</a></p>",
    };

    private static readonly Lazy<Catalog> Read = new(() => ConfigReader.Read(Config, 1, new([], [], new("https://m.shop.example")), MessageTemplates.Check).Catalog!);

    [Fact]
    public void Nobody_gets_a_broadcast_twice_and_nobody_is_forgotten()
    {
        var (unknown, faults) = (0, 0);
        Parallel.For(0, Seeds, seed =>
        {
            try
            {
                var lived = Live(seed);
                Check(lived);
                Interlocked.Add(ref faults, lived.Store.Faults);
                Interlocked.Add(ref unknown, lived.Store.Deliveries().Count(delivery => delivery.Status == DeliveryStatus.Unknown));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
            }
        });
        Assert.NotEqual(0, faults);
        output.WriteLine($"{Seeds} worlds, trouble made {faults} times, {unknown} messages of which nobody knows whether they arrived.");
    }

    private static void Check(Lived lived)
    {
        var (store, provider) = (lived.Store, lived.Provider);
        Assert.Empty(lived.Bus.Dead);
        Assert.Empty(store.All(Tables.Quarantine));
        var deliveries = store.Deliveries();
        foreach (var delivery in deliveries)
            Assert.True(delivery.Status switch
            {
                DeliveryStatus.Sent => provider.Taken.GetValueOrDefault(delivery.Id) == 1,
                DeliveryStatus.Failed or DeliveryStatus.Skipped => !provider.Taken.ContainsKey(delivery.Id),
                DeliveryStatus.Unknown => provider.Taken.GetValueOrDefault(delivery.Id) <= 1,
                _ => false,
            }, $"{delivery.Status} ({delivery.Reason}), taken {provider.Taken.GetValueOrDefault(delivery.Id)} times");
        Assert.Equal(deliveries.Count, deliveries.Select(delivery => delivery.Run).Distinct().Count());

        var found = store.Show(lived.Catalog);
        Assert.Equal(("complete", InOneShard + Elsewhere, 0, InOneShard + Elsewhere), (found.State, found.Audience, found.Left, found.Entered));
        Assert.Equal(found.Entered - found.HeldOut, deliveries.Count);
        Assert.Equal(found.Audience, found.Sent + found.Skipped + found.Failed + found.Unknown);
    }

    private sealed record Lived(World World, TroubledStore Store, SimBus Bus, SimProvider Provider, Catalog Catalog);

    private static Lived Live(int seed)
    {
        var world = new World(seed) { Mischief = 0 }; // until it walks
        var (store, bus, provider) = (new TroubledStore(world), new SimBus(world), new SimProvider(world, isIdempotent: false));
        Catalog? catalog = null;
        foreach (var body in Events().SelectMany(EventsBody.Write)) bus.Put(Queue.Events, new(body));
        for (var i = 0; i < 2; i++)
            world.Start(async () =>
            {
                var node = await Node.OpenAsync(new Stores(store, bus, []), Options, (deployment, version) => catalog = Read.Value with { Version = version, Deployment = deployment }, provider, world, NullLoggerFactory.Instance, default, new Random(seed));
                await node.Broadcasts.PlanAsync(default);
                await node.Pump.RunAsync(default);
            });
        world.Run();
        return new(world, store, bus, provider, catalog!);
    }

    // So many that a shard has more than a page of them.
    private static readonly Lazy<string[]> Users = new(() =>
    {
        var pepper = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("pepper 1"));
        var all = Enumerable.Range(0, 100_000).Select(i => $"u{i}");
        return [.. all.Where(user => CustomerKey.OfUser(pepper, user).Shard == 6).Take(InOneShard), .. all.Where(user => CustomerKey.OfUser(pepper, user).Shard != 6).Take(Elsewhere)];
    });

    private static IEnumerable<IReadOnlyList<CustomerEvent>> Events() => Users.Value.Chunk(30).Select(users => users.SelectMany(user => new CustomerEvent[]
    {
        new CustomerEvent.Identified { MessageId = user, UserId = user, At = Start, ReceivedAt = Start, Traits = JsonElement.Parse($$"""{"email":"{{user}}@shop.example"}""") },
        new CustomerEvent.Tracked { MessageId = $"{user}-visit", UserId = user, Event = "Visit", At = Start, ReceivedAt = Start },
    }).ToList());

    /// <summary>Lets the world make trouble now and then while the broadcast walks.</summary>
    private sealed class TroubledStore(World world) : IPartitionStore
    {
        private readonly SimStore inner = new(new AskThroughWorld(world));

        public int Faults { get; private set; }

        public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct) => inner.ReadAsync(table, partition, key, ct);

        public Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct)
        {
            if (table == Tables.Customers && world.GetUtcNow() >= Start.AddHours(2)) Trouble(0.01);
            return inner.ReadRangeAsync(table, partition, from, to, ct);
        }

        public IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, CancellationToken ct) => inner.ScanAsync(table, fromPartition, toPartition, ct);

        public Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct)
        {
            if (table == Tables.Broadcasts) Trouble(0.05);
            return inner.CommitAsync(table, partition, writes, ct);
        }

        public IEnumerable<Row> All(string table) => inner.All(table);

        public List<Delivery> Deliveries() => [.. All(Tables.Customers).Where(row => row.Key.StartsWith("delivery-", StringComparison.Ordinal)).Select(CustomerRows.DeliveryOf)];

        /// <summary>As people would see it, with nothing in the way any more.</summary>
        public BroadcastDetails Show(Catalog catalog)
        {
            var calm = new SimStore(new AskAtOnce());
            foreach (var table in new[] { Tables.Broadcasts, Tables.Facts })
                foreach (var row in All(table)) calm.CommitAsync(table, row.Partition, [new Write.Put(row.Key, row.Value)], default).GetAwaiter().GetResult();
            return new BroadcastQueries(calm, catalog, world).ShowAsync("sale", default).GetAwaiter().GetResult()!;
        }

        private void Trouble(double chance)
        {
            if (world.Mischief > 0 || Faults > 8 || !world.Chance(chance)) return;
            Faults++;
            if (world.Chance(0.5)) world.Kill();
            else world.Mischief = 2;
        }
    }
}
