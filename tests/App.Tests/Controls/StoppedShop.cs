using System.Collections.Concurrent;
using System.Text.Json;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Hooks;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Controls;

/// <summary>A shop of two journeys whose messages a test stops and lets go on.</summary>
internal sealed class StoppedShop : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly Ledger ledger = new();

    public Scratch Scratch { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Start);

    public Node Node { get; private set; } = null!;

    /// <summary>Customers' deliveries handed over, in order.</summary>
    public IReadOnlyCollection<DeliveryName> Sent => ledger.Sent;

    /// <param name="policy">More properties of policy.json, each after a comma.</param>
    public static async Task<StoppedShop> OpenAsync(CancellationToken ct, string policy = "", ILoggerFactory? logs = null)
    {
        var shop = new StoppedShop();
        ConfigWriter.In(shop.Scratch.Config, policy)
            .Message("thanks", "offers", "Thank you", """<p>Thank you. <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>""")
            .Message("receipt", "orders", "Receipt", "<p>Your receipt.</p>")
            .Journey("thanks", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "send", "send": "thanks" } ]""")
            .Journey("receipt", """ "entry": { "event": "Order Paid", "reentry": "always" }, "steps": [ { "id": "send", "send": "receipt" } ]""");
        shop.Node = await Node.OpenAsync(new(shop.Scratch.Data, new("https://m.shop.example")), (deployment, version) => ConfigFiles.Load(shop.Scratch.Config, version, deployment), shop.ledger, shop.Clock, logs ?? NullLoggerFactory.Instance, ct);
        return shop;
    }

    /// <summary>Each of some customers does something, which asks for a message.</summary>
    public async Task AskAsync(IEnumerable<int> customers, CancellationToken ct, string name = "Order Completed", string domain = "example.test")
    {
        var now = Clock.GetUtcNow();
        foreach (var some in customers.Chunk(200))
            await Node.AcceptAsync([.. some.SelectMany(n => (CustomerEvent[])
                [
                    new CustomerEvent.Identified { MessageId = $"identify-{n}", UserId = $"customer-{n}", At = now, ReceivedAt = now, Traits = JsonElement.Parse($$"""{"email":"customer-{{n}}@{{domain}}"}""") },
                    new CustomerEvent.Tracked { MessageId = $"{name}-{n}-{now.Ticks}", UserId = $"customer-{n}", Event = name, At = now, ReceivedAt = now },
                ])], ct);
        await Node.Pump.DrainAsync(ct);
    }

    public async Task PassAsync(TimeSpan time, CancellationToken ct)
    {
        Clock.Advance(time);
        await Node.Pump.DrainAsync(ct);
    }

    /// <summary>Lets the time pass that those need who must learn that a stop was lifted.</summary>
    public Task PassOnAsync(CancellationToken ct) => PassAsync(TimeSpan.FromSeconds(11), ct);

    /// <summary>What a timer does every five minutes.</summary>
    public async Task TickAsync(CancellationToken ct)
    {
        await Node.Sweep.RunAsync(ct);
        await Node.Pump.DrainAsync(ct);
    }

    public Task<(Control Now, bool Changed)> SayAsync(ControlScope scope, Stop stop, CancellationToken ct) => Node.Controls.SetAsync(scope, stop, ControlDesk.Command, null, ct);

    /// <summary>The provider tells what became of messages.</summary>
    public Task ReportAsync(CallbackKind kind, IEnumerable<DeliveryName> messages, CancellationToken ct, bool hard = false) => new ReportsHandler(Node).TakeAsync(
        [.. messages.Select(message => new ProviderReport(message, new Callback(kind, $"{kind}-{message.Customer}-{message.Delivery}", Clock.GetUtcNow()) { Hard = hard }))], vouched: true, ct);

    public async Task<IReadOnlyList<Row>> RowsAsync(string table, CancellationToken ct) => await Node.Store.ScanAsync(table, "", "~", ct).ToListAsync(ct);

    public async Task<Customer> CustomerAsync(int n, CancellationToken ct) => (await Node.Customers.LoadAsync(CustomerKey.OfUser(Node.Catalog.Deployment.Pepper, $"customer-{n}"), ct)).Customer;

    public async Task<StepReport> ReportAsync(string journey, CancellationToken ct) =>
        (await ReportCommand.BuildAsync(Node.Store, Node.Catalog, new ReportQuery(Clock.GetUtcNow()), ct)).Journeys.Single(report => report.Journey == journey).Steps.Single();

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Scratch.Dispose();
    }

    private sealed class Ledger : IChannel
    {
        private readonly ConcurrentQueue<DeliveryName> sent = new();

        public IReadOnlyCollection<DeliveryName> Sent => sent;

        public string Name => ChannelNames.Smtp;

        public bool IsIdempotent => false;

        public Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
        {
            sent.Enqueue(new(message.Customer, message.Delivery));
            return Task.FromResult<Outcome>(new Outcome.Sent(null));
        }
    }
}
