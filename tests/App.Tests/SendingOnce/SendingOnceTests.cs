using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Hooks;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.SendingOnce;

/// <summary>
/// The whole path – queues, decisions, commits, effects, provider – in worlds that kill, delay, duplicate, reorder, answer conflicts and cut connections
/// before and after what was asked is done, at every await. Whatever happens, nobody gets a message twice, no message is forgotten, and where the provider
/// calls back the ledger comes to say what the provider's own says.
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

    private sealed record Lived(World World, SimStore Store, SimBus Bus, SimProvider Provider, SimCallbacks? Callbacks);

    private static Lived Live(int seed, bool isIdempotent)
    {
        var world = new World(seed);
        var (store, bus) = (new SimStore(new AskThroughWorld(world)), new SimBus(world));
        var callbacks = isIdempotent ? null : new SimCallbacks(world, bus); // what may be asked again needs no callbacks to be sure
        var provider = new SimProvider(world, isIdempotent, callbacks);
        foreach (var (events, due) in Events(lateAtLast: callbacks is not null)) // accepted: their senders have been told so
            foreach (var body in EventsBody.Write(events)) bus.Put(Queue.Events, new(body, due));
        for (var i = 0; i < 2; i++)
            world.Start(async () =>
            {
                var node = await Node.OpenAsync(new Stores(store, bus, []), Options, Read, provider, world, NullLoggerFactory.Instance, default, new Random(seed));
                await await Task.WhenAny(node.Pump.RunAsync(default), callbacks?.TakeAsync(node) ?? Task.Delay(Timeout.Infinite));
            });
        world.Run();
        if (callbacks is not null)
        {
            callbacks.Replay();
            world.Run();
        }
        return new(world, store, bus, provider, callbacks);
    }

    private static void Check(int seed, bool isIdempotent)
    {
        try
        {
            var (_, store, bus, provider, callbacks) = Live(seed, isIdempotent);
            Assert.Empty(bus.Dead);
            Assert.Empty(store.All(Tables.Quarantine));
            Assert.DoesNotContain(store.All(Tables.Customers), row => row.Key.StartsWith("todo", StringComparison.Ordinal));
            var deliveries = store.All(Tables.Customers).Where(row => row.Key.StartsWith("delivery-", StringComparison.Ordinal)).Select(CustomerRows.DeliveryOf).ToList();
            Assert.Equal(Customers * OrdersEach * MessagesPerOrder, deliveries.Count);
            Assert.All(provider.Taken, taken => Assert.Equal(1, taken.Value));
            foreach (var delivery in deliveries)
                Assert.True(
                    callbacks is null ? IsWithoutCallbacks(delivery, provider.Taken.ContainsKey(delivery.Id)) : IsWithCallbacks(delivery, deliveries, callbacks),
                    $"{delivery.Status} ({delivery.Reason}), claimed {delivery.ClaimedAt:O}, {(provider.Taken.ContainsKey(delivery.Id) ? "taken" : "not taken")}");
            CheckLedger(deliveries, store, callbacks);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {seed}, {(isIdempotent ? "idempotent" : "not idempotent")}: {failure.Message}", failure);
        }
    }

    private static bool IsWithoutCallbacks(Delivery delivery, bool isTaken) => delivery.Status switch
    {
        DeliveryStatus.Sent => isTaken,
        DeliveryStatus.Failed or DeliveryStatus.Skipped => !isTaken,
        DeliveryStatus.Unknown => delivery.Reason == "unresolved: no answer" || delivery.IsDoubtful, // who may ask again wonders only where the answers differ
        _ => false,
    };

    // What was taken is what the provider said became of it. What was not taken and nobody knows of is not accepted where the provider told of a later message, and unresolved where it told of none.
    private static bool IsWithCallbacks(Delivery delivery, List<Delivery> deliveries, SimCallbacks callbacks)
    {
        if (callbacks.Fates.TryGetValue(delivery.Id, out var fate)) return delivery.Status == fate;
        var told = deliveries.Where(other => callbacks.Fates.ContainsKey(other.Id)).Max(other => other.ClaimedAt);
        return (delivery.Status, delivery.Reason) switch
        {
            (DeliveryStatus.Failed, Reconciling.NotAccepted) => told >= delivery.ClaimedAt + Reconciling.Margin,
            (DeliveryStatus.Failed or DeliveryStatus.Skipped, _) => true,
            (DeliveryStatus.Unknown, var reason) => reason!.StartsWith(Reconciling.Unresolved, StringComparison.Ordinal) && !(told >= delivery.ClaimedAt + Reconciling.Margin + CalledBack.Step),
            _ => false,
        };
    }

    // What reports count is what the deliveries say, and what the provider's own books do.
    private static void CheckLedger(List<Delivery> deliveries, SimStore store, SimCallbacks? callbacks)
    {
        var facts = store.All(Tables.Facts).Select(row => JsonSerializer.Deserialize(row.Value, CoreJson.Default.Fact)!).ToList();
        Assert.Equal(Customers * OrdersEach, facts.OfType<Fact.Entered>().Count());
        Assert.Equal(Customers * OrdersEach, facts.OfType<Fact.Exited>().Count());
        Assert.Equal(
            deliveries.Select(delivery => (delivery.Id, delivery.Status.Name())).Order(),
            facts.OfType<Fact.Settled>().Where(fact => fact.Status != Reconciling.Unresolved).GroupBy(fact => fact.Delivery).Select(all => (all.Key, all.MaxBy(fact => Enum.Parse<DeliveryStatus>(fact.Status, ignoreCase: true))!.Status)).Order());

        var steps = Report.Of(facts, new(DateTimeOffset.MaxValue)).Journeys.Single().Steps;
        Assert.Equal(deliveries.Count(delivery => delivery is { Status: DeliveryStatus.Failed, Reason: Reconciling.NotAccepted }), steps.Sum(step => step.NotAccepted));
        Assert.Equal(steps.Sum(step => step.Unknown), steps.Sum(step => step.Unresolved));
        if (callbacks is null) return;
        Assert.Equal(callbacks.Fates.Count, steps.Sum(step => step.Sent));
        Assert.Equal(callbacks.Fates.Values.Count(fate => fate is DeliveryStatus.Delivered or DeliveryStatus.Complained), steps.Sum(step => step.Delivered ?? 0));
        Assert.Equal(callbacks.Fates.Values.Count(fate => fate == DeliveryStatus.Bounced), steps.Sum(step => step.Bounced));
        Assert.Equal(callbacks.Fates.Values.Count(fate => fate == DeliveryStatus.Complained), steps.Sum(step => step.Complained));
    }

    // The last order may come so late that what the provider says of it is said after the others' messages were processed long ago.
    private static IEnumerable<(IReadOnlyList<CustomerEvent> Events, DateTimeOffset? Due)> Events(bool lateAtLast)
    {
        var start = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        for (var customer = 0; customer < Customers; customer++)
        {
            var (userId, traits) = ($"u{customer}", JsonElement.Parse(Encoding.UTF8.GetBytes($$"""{"email":"u{{customer}}@shop.example"}""")));
            CustomerEvent Ordered(int order) => new CustomerEvent.Tracked { MessageId = $"{userId}-{order}", UserId = userId, Event = "Order Completed", At = start.AddMinutes(order + 1), ReceivedAt = start.AddMinutes(order + 1) };
            yield return ([new CustomerEvent.Identified { MessageId = userId, UserId = userId, At = start, ReceivedAt = start, Traits = traits }, Ordered(0)], null);
            for (var order = 1; order < OrdersEach; order++) yield return ([Ordered(order)], lateAtLast && customer == Customers - 1 && order == OrdersEach - 1 ? start.AddHours(20) : null);
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
