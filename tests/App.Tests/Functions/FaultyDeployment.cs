using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Handlers;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Simulation;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Functions;

/// <summary>Who takes messages from the queues.</summary>
public enum Worker { Host, Pump }

/// <summary>A node that things go wrong with, on a clock on which nobody waits.</summary>
internal sealed class FaultyDeployment : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);

    private const int MaxDeliveryCount = 10; // as on the queues in Azure

    private readonly Scratch scratch = new();
    private readonly List<Exception> fatal = [];
    private readonly List<OutgoingMessage> sent = [];
    private SqliteBus bus = null!;
    private TriggerHandler triggers = null!;

    private FaultyDeployment()
    {
        (StoreOutage, BusOutage, ReceiveOutage) = (new(Clock), new(Clock), new(Clock));
        ConfigWriter.In(scratch.Config)
            .Segment("lookers", """{ "event": "Product Viewed", "within": "P30D" }""")
            .Message("receipt", "orders", "Your order of {{ event.revenue }}", "<p>Thank you.</p>")
            .Journey("receipt", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "pause", "wait": "PT1H" }, { "id": "send", "send": "receipt" } ]""");
    }

    public RushingClock Clock { get; } = new(Start);

    public Outage StoreOutage { get; }

    public Outage BusOutage { get; }

    public Outage ReceiveOutage { get; }

    public Node Node { get; private set; } = null!;

    /// <summary>The storage itself, which no outage befalls.</summary>
    public IPartitionStore Store { get; private set; } = null!;

    public IReadOnlyList<OutgoingMessage> Sent => sent;

    /// <summary>The most often any message was delivered.</summary>
    public int MostDeliveries { get; private set; }

    /// <summary>The longest call of a trigger; a batch's lock lasts five minutes.</summary>
    public TimeSpan LongestCall { get; private set; }

    public static async Task<FaultyDeployment> OpenAsync(CancellationToken ct)
    {
        var deployment = new FaultyDeployment();
        await deployment.OpenNodeAsync(ct);
        return deployment;
    }

    public CustomerKey KeyOf(string userId) => CustomerKey.OfUser(Node.Catalog.Deployment.Pepper, userId);

    /// <summary>Puts a message into a queue as it is.</summary>
    public Task SendAsync(string queue, string body, CancellationToken ct) => bus.SendAsync(queue, [new(System.Text.Encoding.UTF8.GetBytes(body))], ct);

    /// <summary>Takes one customer's events in, as one message.</summary>
    public Task AcceptAsync(CancellationToken ct, params IReadOnlyList<CustomerEvent> events) => Node.AcceptAsync(events, ct);

    /// <summary>Works the queues until nothing is left that ever falls due, or up to an instant.</summary>
    public async Task RunAsync(Worker worker, CancellationToken ct, DateTimeOffset? until = null)
    {
        while (await bus.NextDueAsync(ct) is { } next && !(next > until))
        {
            Clock.Pass(next);
            if (worker == Worker.Pump) await Node.Pump.DrainAsync(ct);
            else foreach (var queue in Queue.All) await HostAsync(queue, ct);
        }
        if (until is { } end) Clock.Pass(end);
    }

    /// <summary>When the next message falls due; null where there is none.</summary>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => bus.NextDueAsync(ct);

    /// <summary>Takes a queue's messages without working them, as if they had never been.</summary>
    public async Task<int> LoseAsync(string queue, CancellationToken ct)
    {
        Clock.Pass(await bus.NextDueAsync(ct) ?? Clock.GetUtcNow());
        var lost = await bus.ReceiveAsync(queue, 1000, TimeSpan.FromMinutes(5), ct);
        await bus.CompleteAsync(lost, ct);
        return lost.Count;
    }

    public async Task<IReadOnlyList<Row>> RowsAsync(string table, CancellationToken ct) => await Store.ScanAsync(table, "", "~", ct).ToListAsync(ct);

    /// <summary>messageIds in all logs.</summary>
    public async Task<IReadOnlyList<string>> LoggedAsync(CancellationToken ct) =>
        [.. (await RowsAsync(Tables.Customers, ct)).Where(row => row.Key.StartsWith(CustomerRows.LogFrom, StringComparison.Ordinal)).Select(CustomerRows.LogEntry).Select(entry => entry.Input).OfType<Input.Happened>().Select(input => input.Event.MessageId)];

    public async Task<IReadOnlyList<Fact>> FactsAsync(CancellationToken ct) => [.. (await RowsAsync(Tables.Facts, ct)).Select(row => JsonSerializer.Deserialize(row.Value, CoreJson.Default.Fact)!)];

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(CancellationToken ct)
    {
        List<DeadLetter> letters = [];
        foreach (var queue in Queue.All) letters.AddRange(await bus.DeadLettersAsync(queue, 1000, ct));
        return letters;
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(fatal);
        await Node.DisposeAsync();
        scratch.Dispose();
    }

    /// <summary>Goes on with another config on the same data, as the next deployment does.</summary>
    public async Task RedeployAsync(Action<ConfigWriter> change, CancellationToken ct)
    {
        await Node.DisposeAsync();
        change(ConfigWriter.In(scratch.Config));
        await OpenNodeAsync(ct);
    }

    /// <summary>Goes on with an older catalog, as a process does that the next deployment has not reached.</summary>
    public async Task RestoreAsync(Catalog catalog, CancellationToken ct)
    {
        await Node.DisposeAsync();
        await OpenNodeAsync(ct, catalog);
    }

    private async Task OpenNodeAsync(CancellationToken ct, Catalog? catalog = null)
    {
        var options = new NodeOptions(scratch.Data, new("http://localhost"), Durable: false, Seed: 1);
        var stores = Stores.Open(options, Clock, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        (Store, bus) = (stores.Store, (SqliteBus)stores.Bus);
        var channel = new OverheardChannel(new RecordingChannel());
        channel.Sent += message => { lock (sent) sent.Add(message); };
        Node = await Node.OpenAsync(
            stores with { Store = new FailingStore(stores.Store, StoreOutage), Bus = new FailingBus(stores.Bus, BusOutage, ReceiveOutage) }, options,
            (deployment, version) => catalog ?? ConfigFiles.Load(scratch.Config, version, deployment), channel, Clock, NullLoggerFactory.Instance, ct);
        triggers = new(Node.Batches, Node.Sweep, Clock, fatal.Add, NullLogger<TriggerHandler>.Instance, CancellationToken.None);
    }

    // As the host does it: a batch is done with as a whole or given back at once as a whole, and what was delivered too often is dead.
    private async Task HostAsync(string queue, CancellationToken ct)
    {
        while (await bus.ReceiveAsync(queue, queue == Queue.Deliveries ? 1 : Batches.Most, TimeSpan.FromMinutes(5), ct) is [_, ..] batch)
        {
            MostDeliveries = Math.Max(MostDeliveries, batch.Max(message => message.DeliveryCount));
            var envelope = queue == Queue.Deliveries ? HostDouble.TriggerEnvelope.Single("message", batch[0]) : HostDouble.TriggerEnvelope.Batch("messages", batch);
            var since = Clock.GetUtcNow();
            var succeeded = await triggers.WorkAsync(queue, new MemoryStream(envelope));
            LongestCall = Clock.GetUtcNow() - since is var took && took > LongestCall ? took : LongestCall;
            if (succeeded)
            {
                await bus.CompleteAsync(batch, ct);
                continue;
            }
            foreach (var dead in batch.Where(message => message.DeliveryCount >= MaxDeliveryCount)) await bus.DeadLetterAsync(dead, "MaxDeliveryCountExceeded", ct);
            await bus.AbandonAsync([.. batch.Where(message => message.DeliveryCount < MaxDeliveryCount)], TimeSpan.Zero, ct);
        }
    }
}
