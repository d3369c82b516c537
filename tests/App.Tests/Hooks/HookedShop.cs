using System.Net;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Endpoints;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Hooks;

/// <summary>A shop that has sent each of its customers one message through a SendGrid of the test's own, and hears what became of them.</summary>
internal sealed class HookedShop : IAsyncDisposable
{
    public const string MailSecret = "a-secret-of-the-test";

    private readonly Scratch scratch = new();
    private WebApplication app = null!;
    private SendGridChannel channel = null!;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public SendGridDouble Provider { get; private set; } = null!;

    public Node Node { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    /// <param name="policy">More properties of policy.json, each after a comma.</param>
    public static async Task<HookedShop> OpenAsync(int customers, Func<int, SendGridDouble.Reply>? script, CancellationToken ct, string policy = "")
    {
        var shop = new HookedShop();
        await shop.StartAsync(policy, ct);
        if (script is not null) shop.Provider.Script = script;
        for (var n = 0; n < customers; n++) await shop.OrderAsync(n, ct);
        await shop.DrainAsync(ct);
        return shop;
    }

    public Task DrainAsync(CancellationToken ct) => Node.Pump.DrainAsync(ct);

    /// <summary>The customer orders, which makes a message.</summary>
    public Task OrderAsync(int n, CancellationToken ct) => Node.AcceptAsync(
        [
            new CustomerEvent.Identified { MessageId = $"identify-{n}", UserId = $"customer-{n}", At = Clock.GetUtcNow(), ReceivedAt = Clock.GetUtcNow(), Traits = JsonElement.Parse($$"""{"email":"customer-{{n}}@example.test"}""") },
            new CustomerEvent.Tracked { MessageId = $"order-{n}-{Clock.GetUtcNow().Ticks}", UserId = $"customer-{n}", Event = "Order Completed", At = Clock.GetUtcNow(), ReceivedAt = Clock.GetUtcNow() },
        ], ct);

    public CustomerKey KeyOf(int n) => CustomerKey.OfUser(Node.Catalog.Deployment.Pepper, $"customer-{n}");

    public async Task<Customer> CustomerAsync(int n, CancellationToken ct) => (await Node.Customers.LoadAsync(KeyOf(n), ct)).Customer;

    public async Task<Delivery> DeliveryAsync(int n, CancellationToken ct) => (await CustomerAsync(n, ct)).Deliveries.Values.First();

    /// <summary>The message of a customer as SendGrid's ledger has it.</summary>
    public SendGridDouble.Taken Taken(int n) => Provider.Ledger.First(taken => taken.To == $"customer-{n}@example.test");

    public async Task<HttpStatusCode> PostAsync(IEnumerable<object> events, CancellationToken ct)
    {
        using var post = Provider.Post(events);
        return await SendAsync(post, ct);
    }

    public async Task<HttpStatusCode> SendAsync(HttpRequestMessage post, CancellationToken ct)
    {
        using var answer = await Http.SendAsync(post, ct);
        return answer.StatusCode;
    }

    public Task<bool> IsSuppressedAsync(string address, CancellationToken ct) => new Suppressions(Node.Store, Node.Catalog.Deployment, Clock).ContainsAsync(address, ct);

    public async Task<StepReport> ReportAsync(CancellationToken ct) => Assert.Single((await ReportCommand.BuildAsync(Node.Store, Node.Catalog, new ReportQuery(Clock.GetUtcNow()), ct)).Journeys.Single().Steps);

    /// <summary>How many customers there are.</summary>
    public async Task<int> CountAsync(CancellationToken ct)
    {
        HashSet<string> keys = [];
        await foreach (var row in Node.Store.ScanAsync(Tables.Customers, "", "~", ct)) keys.Add(row.Partition);
        return keys.Count;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await Node.DisposeAsync();
        channel.Dispose();
        await Provider.DisposeAsync();
        scratch.Dispose();
    }

    private async Task StartAsync(string policy, CancellationToken ct)
    {
        Provider = await SendGridDouble.StartAsync();
        channel = new(new(SendGridDouble.ApiKey, Provider.Host), Clock);
        ConfigWriter.In(scratch.Config, policy)
            .Message("thanks", "offers", "Thank you", """<p>Thank you. <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>""")
            .Journey("thanks", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "send", "send": "thanks" } ]""");
        Node = await Node.OpenAsync(new(scratch.Data, new("https://m.shop.example")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), channel, Clock, NullLoggerFactory.Instance, ct);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapHooks(Node, new(new(Provider.PublicKey), MailSecret));
        await app.StartAsync(ct);
        Http = new() { BaseAddress = new(app.Urls.Single()) };
    }
}
