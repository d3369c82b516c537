using System.Text;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Handlers;
using MarketingAutomation.Messages;
using MarketingAutomation.SendingOnce;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Controls;

/// <summary>An operator who stops messages and lets them go on, in worlds of two servers in which everything is cut, killed, doubled and reordered.</summary>
public class StopInTimeTests
{
    private const int Seeds = 1_000, Customers = 3;

    private static readonly NodeOptions Options = new("", new("https://m.shop.example"), Seed: 1);

    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(10), Tick = TimeSpan.FromMinutes(5), Day = TimeSpan.FromHours(3);

    // Messages of two journeys every few seconds for a minute, then some more an hour later.
    private static readonly Dictionary<string, string> Config = new(StringComparer.Ordinal)
    {
        ["policy.json"] = """{ "topics": { "orders": { "name": { "en": "Orders" }, "consent": "none" }, "offers": { "name": { "en": "Offers" }, "consent": "optOut" } }, "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } }, "lateAfter": "P3000D", "staleAfter": "P30D" }""",
        ["journeys/order.json"] = """{ "name": { "en": "Order" }, "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "thanks", "send": "thanks" }, { "id": "a", "wait": "PT7S" }, { "id": "more", "send": "more" }, { "id": "b", "wait": "PT1H" }, { "id": "again", "send": "more" } ] }""",
        ["journeys/basket.json"] = """{ "name": { "en": "Basket" }, "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "a", "wait": "PT20S" }, { "id": "more", "send": "more" }, { "id": "b", "wait": "PT11S" }, { "id": "again", "send": "thanks" } ] }""",
        ["messages/thanks/message.json"] = """{ "name": { "en": "Thanks" }, "topic": "orders", "subject": { "en": "Thank you" } }""",
        ["messages/thanks/en.html"] = "<p>Thank you.</p>",
        ["messages/more/message.json"] = """{ "name": { "en": "More" }, "topic": "offers", "subject": { "en": "More" } }""",
        ["messages/more/en.html"] = "<p>More. <a href=\"{{ unsubscribe_url }}\">No more</a></p>",
    };

    private static readonly ControlScope[] Scopes = [ControlScope.All, ControlScope.OfChannel(ChannelNames.Smtp), ControlScope.OfJourney("order"), ControlScope.OfJourney("basket")];

    private static Catalog? catalog;

    [Theory, InlineData(false), InlineData(true)]
    public void Nothing_is_handed_over_later_than_ten_seconds_after_a_stop_and_what_waited_goes_once_and_is_never_forgotten(bool isIdempotent)
    {
        var stopped = 0;
        Parallel.For(0, Seeds / 2, seed =>
        {
            try
            {
                if (Check(isIdempotent ? seed : seed + Seeds / 2, isIdempotent)) Interlocked.Increment(ref stopped);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {(isIdempotent ? seed : seed + Seeds / 2)}, {isIdempotent}: {failure.Message}", failure);
            }
        });
        Assert.InRange(stopped, Seeds / 10, Seeds); // worlds in which a stop met messages at all
    }

    private sealed class Watched(World world, SimProvider provider) : IChannel
    {
        public List<(string Journey, DateTimeOffset At)> HandedOver { get; } = [];

        public string Name => ChannelNames.Smtp;

        public bool IsIdempotent => provider.IsIdempotent;

        public Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
        {
            HandedOver.Add((message.Journey!, world.GetUtcNow()));
            return provider.SendAsync(message, ct);
        }
    }

    private static bool Check(int seed, bool isIdempotent)
    {
        var world = new World(seed);
        var (store, bus, provider) = (new SimStore(new AskThroughWorld(world)), new SimBus(world), new SimProvider(world, isIdempotent, null));
        var channel = new Watched(world, provider);
        foreach (var body in Events().SelectMany(EventsBody.Write)) bus.Put(Queue.Events, new(body));
        for (var i = 0; i < 2; i++)
            world.Start(async () =>
            {
                var node = await Node.OpenAsync(new Stores(store, bus, []), Options, Read, channel, world, NullLoggerFactory.Instance, default, new Random(seed));
                await node.Pump.RunAsync(default);
            });
        var said = Script(new Random(seed));
        var next = 0;
        world.Start(async () =>
        {
            var (desk, retries) = (new ControlDesk(store, bus, world), new Retries(world, new Random(seed)));
            for (; next < said.Count; next++)
            {
                if (said[next].At > world.GetUtcNow()) await Task.Delay(said[next].At - world.GetUtcNow(), world);
                await retries.RunAsync(ct => desk.SetAsync(said[next].Scope, said[next].Stop, ControlDesk.Command, null, ct), Day, default);
            }
            await new TaskCompletionSource().Task;
        });
        var ends = world.GetUtcNow() + 2 * Day;
        world.Start(async () =>
        {
            var waiting = new WaitingDeliveries(store, bus, new(store, world), ChannelNames.Smtp);
            while (world.GetUtcNow() < ends)
            {
                await Task.Delay(Tick, world);
                await new Retries(world, new Random(seed)).RunAsync(waiting.LookAsync, Day, default);
            }
            await new TaskCompletionSource().Task;
        });
        world.Run();

        var history = Changes(store);
        foreach (var (journey, at) in channel.HandedOver)
            foreach (var scope in Scopes.Where(scope => scope == ControlScope.All || scope.Kind == ControlKind.Channel || scope.Id == journey))
                if (history.LastOrDefault(change => change.Scope == scope && change.Since <= at - InTime) is { Stop: not Stop.None } stop)
                    Assert.True(history.Any(change => change != stop && change.Scope == scope && change.Since >= stop.Since && change.Since <= at), $"{journey} at {at:O} in spite of {stop}");
        Assert.Empty(bus.Dead);
        Assert.Empty(store.All(Tables.Quarantine));
        Assert.Empty(store.All(Tables.Waiting));
        var deliveries = store.All(Tables.Customers).Where(row => row.Key.StartsWith("delivery-", StringComparison.Ordinal)).Select(CustomerRows.DeliveryOf).ToList();
        Assert.Equal(Customers * 5, deliveries.Count);
        foreach (var delivery in deliveries)
        {
            var taken = provider.Taken.GetValueOrDefault(delivery.Id);
            Assert.True(taken <= 1 && delivery.Status switch
            {
                DeliveryStatus.Sent => taken == 1,
                DeliveryStatus.Failed => taken == 0,
                DeliveryStatus.Skipped => taken == 0 && delivery.Reason == "killed",
                DeliveryStatus.Unknown => true,
                _ => false,
            }, $"{delivery.Status} ({delivery.Reason}), taken {taken} times");
        }
        return deliveries.Any(delivery => delivery.Reason == "killed") || store.All(Tables.Customers).Where(row => row.Key.StartsWith("log-", StringComparison.Ordinal)).Any(row => CustomerRows.LogEntry(row).Input is Input.Admit { Stop: Stop.Paused });
    }

    // Up to six words within the minutes in which messages go, then everything goes on.
    private static List<(DateTimeOffset At, ControlScope Scope, Stop Stop)> Script(Random random)
    {
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        List<(DateTimeOffset, ControlScope, Stop)> script = [];
        for (var left = random.Next(1, 7); left > 0; left--)
            script.Add((at += TimeSpan.FromSeconds(random.Next(1, 25)), Scopes[random.Next(Scopes.Length)], (Stop)random.Next(3)));
        foreach (var scope in Scopes) script.Add((at + TimeSpan.FromMinutes(random.Next(1, 90)), scope, Stop.None));
        return [.. script.OrderBy(said => said.Item1)];
    }

    private static List<Control> Changes(SimStore store) =>
        [.. store.All(Tables.Catalogs).Where(row => row.Key.StartsWith("change-", StringComparison.Ordinal)).Select(row => JsonSerializer.Deserialize(row.Value, ControlJson.Default.ControlRow)!)
            .Select(row => new Control(new(row.Kind, row.Id), row.Stop, row.Since, row.By, row.Reason)).OrderBy(change => change.Since)];

    private static IEnumerable<IReadOnlyList<CustomerEvent>> Events()
    {
        var start = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        for (var customer = 0; customer < Customers; customer++)
        {
            var (userId, traits) = ($"u{customer}", JsonElement.Parse(Encoding.UTF8.GetBytes($$"""{"email":"u{{customer}}@shop.example"}""")));
            yield return
            [
                new CustomerEvent.Identified { MessageId = userId, UserId = userId, At = start, ReceivedAt = start, Traits = traits },
                new CustomerEvent.Tracked { MessageId = $"{userId}-order", UserId = userId, Event = "Order Completed", At = start, ReceivedAt = start },
            ];
        }
    }

    private static Catalog Read(Deployment deployment, long version)
    {
        catalog ??= ConfigReader.Read(Config, 1, deployment, MessageTemplates.Check).Catalog!;
        return catalog with { Version = version };
    }
}
