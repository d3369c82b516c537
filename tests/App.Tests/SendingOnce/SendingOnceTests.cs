using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.SendingOnce;

/// <summary>
/// The whole path – queues, decisions, commits, effects, provider – in worlds that kill, delay, duplicate, reorder, answer conflicts and cut connections
/// before and after what was asked is done, at every await. Whatever happens, nobody gets a message twice, and no message is forgotten.
/// </summary>
public class SendingOnceTests
{
    private const int Seeds = 20_000, Customers = 2, OrdersEach = 2, MessagesPerOrder = 2;

    private static readonly NodeOptions Options = new("", new("https://m.shop.example"), Seed: 1);

    // Two messages for each order, an hour apart, and a cap that holds the second ones back.
    private static readonly Dictionary<string, string> Config = new(StringComparer.Ordinal)
    {
        ["policy.json"] = """
            { "topics": { "orders": { "name": { "en": "Orders" }, "consent": "none" }, "offers": { "name": { "en": "Offers" }, "consent": "optOut" } },
              "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } }, "lateAfter": "P3000D", "staleAfter": "P30D",
              "frequencyCaps": [ { "most": 1, "within": "PT4H", "then": "hold" } ] }
            """,
        ["journeys/order.json"] = """
            { "name": { "en": "Order" }, "entry": { "event": "Order Completed", "reentry": "always" },
              "steps": [ { "id": "thanks", "send": "thanks" }, { "id": "pause", "wait": "PT1H" }, { "id": "more", "send": "more" } ] }
            """,
        ["messages/thanks/message.json"] = """{ "name": { "en": "Thanks" }, "topic": "orders", "subject": { "en": "Thank you" } }""",
        ["messages/thanks/en.html"] = "<p>Thank you.</p>",
        ["messages/more/message.json"] = """{ "name": { "en": "More" }, "topic": "offers", "subject": { "en": "More" } }""",
        ["messages/more/en.html"] = "<p>More. <a href=\"{{ unsubscribe_url }}\">No more</a></p>",
    };

    private static Catalog? catalog;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nobody_gets_a_message_twice_and_none_is_forgotten(bool isIdempotent)
    {
        Parallel.For(0, Seeds / 2, seed => Check(isIdempotent ? seed : seed + Seeds / 2, isIdempotent));
    }

    [Fact]
    public void The_same_seed_makes_the_same_world()
    {
        var (one, other) = (Live(42, false), Live(42, false));
        Assert.Equal(one.Provider.Taken.OrderBy(pair => pair.Key), other.Provider.Taken.OrderBy(pair => pair.Key));
        Assert.Equal(one.World.GetUtcNow(), other.World.GetUtcNow());
        Assert.Equal(one.Store.All(Tables.Facts).Select(row => row.Key), other.Store.All(Tables.Facts).Select(row => row.Key));
    }

    private sealed record Lived(World World, SimStore Store, SimBus Bus, SimProvider Provider);

    private static Lived Live(int seed, bool isIdempotent)
    {
        var world = new World(seed);
        var (store, bus) = (new SimStore(new AskThroughWorld(world)), new SimBus(world));
        var provider = new SimProvider(world, isIdempotent);
        foreach (var body in Events().SelectMany(EventsBody.Write)) bus.Put(Queue.Events, new(body)); // accepted: their senders have been told so
        for (var i = 0; i < 2; i++)
            world.Start(async () =>
            {
                var node = await Node.OpenAsync(new Stores(store, bus, []), Options, Read, provider, world, NullLoggerFactory.Instance, default, new Random(seed));
                await node.Pump.RunAsync(default);
            });
        world.Run();
        return new(world, store, bus, provider);
    }

    private static void Check(int seed, bool isIdempotent)
    {
        try
        {
            var (_, store, bus, provider) = Live(seed, isIdempotent);
            Assert.Empty(bus.Dead);
            Assert.Empty(store.All(Tables.Quarantine));
            Assert.DoesNotContain(store.All(Tables.Customers), row => row.Key.StartsWith("todo", StringComparison.Ordinal));
            var deliveries = store.All(Tables.Customers).Where(row => row.Key.StartsWith("delivery-", StringComparison.Ordinal)).Select(CustomerRows.DeliveryOf).ToList();
            Assert.Equal(Customers * OrdersEach * MessagesPerOrder, deliveries.Count);
            foreach (var delivery in deliveries)
            {
                var taken = provider.Taken.GetValueOrDefault(delivery.Id);
                Assert.InRange(taken, 0, 1);
                Assert.True(delivery.Status switch
                {
                    DeliveryStatus.Sent => taken == 1,
                    DeliveryStatus.Failed or DeliveryStatus.Skipped => taken == 0,
                    DeliveryStatus.Unknown => delivery.Reason == "no answer" || delivery.IsDoubtful || !isIdempotent, // who may ask again wonders only where the answers differ
                    _ => false,
                }, $"{delivery.Status} ({delivery.Reason}), taken {taken} times");
            }
            CheckLedger(deliveries, store);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {seed}, {(isIdempotent ? "idempotent" : "not idempotent")}: {failure.Message}", failure);
        }
    }

    // What reports count is what the deliveries say.
    private static void CheckLedger(List<Delivery> deliveries, SimStore store)
    {
        var facts = store.All(Tables.Facts).Select(row => JsonSerializer.Deserialize(row.Value, CoreJson.Default.Fact)!).ToList();
        Assert.Equal(Customers * OrdersEach, facts.OfType<Fact.Entered>().Count());
        Assert.Equal(Customers * OrdersEach, facts.OfType<Fact.Exited>().Count());
        Assert.Equal(
            deliveries.Select(delivery => (delivery.Id, delivery.Status.Name())).Order(),
            facts.OfType<Fact.Settled>().GroupBy(fact => fact.Delivery).Select(all => (all.Key, all.MaxBy(fact => Enum.Parse<DeliveryStatus>(fact.Status, ignoreCase: true))!.Status)).Order());
    }

    private static IEnumerable<IReadOnlyList<CustomerEvent>> Events()
    {
        var start = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        for (var customer = 0; customer < Customers; customer++)
        {
            var (userId, traits) = ($"u{customer}", JsonElement.Parse(Encoding.UTF8.GetBytes($$"""{"email":"u{{customer}}@shop.example"}""")));
            CustomerEvent Ordered(int order) => new CustomerEvent.Tracked { MessageId = $"{userId}-{order}", UserId = userId, Event = "Order Completed", At = start.AddMinutes(order + 1), ReceivedAt = start.AddMinutes(order + 1) };
            yield return [new CustomerEvent.Identified { MessageId = userId, UserId = userId, At = start, ReceivedAt = start, Traits = traits }, Ordered(0)];
            for (var order = 1; order < OrdersEach; order++) yield return [Ordered(order)];
        }
    }

    private static Catalog Read(Deployment deployment, long version)
    {
        catalog ??= ConfigReader.Read(Config, 1, deployment, MessageTemplates.Check).Catalog!;
        return catalog with { Version = version };
    }
}

/// <summary>The store of these worlds keeps the contract of every store.</summary>
public sealed class SimStoreTests : PartitionStoreContract
{
    private readonly SimStore store = new(new AskAtOnce());

    private protected override IPartitionStore Store => store;
}
