using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using MarketingAutomation.Bus;
using MarketingAutomation.Bus.ServiceBusDialect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Functions.HostDouble;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Functions;

/// <summary>The deployed folder under the host does the whole job, and kills at any moment change nothing.</summary>
[Collection("End to end")]
public sealed partial class WholeJobTests(Azurite azurite, ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20261126;

    private readonly Scratch scratch = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Outbox => Path.Combine(scratch.Data, "outbox");

    private Dictionary<string, string> AppSettings => new() { [Settings.Config] = scratch.Config, ["MARKETING_PUBLIC_URL"] = "http://app.azurewebsites.example" };

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task An_event_becomes_a_message_the_message_a_click_and_the_click_a_row_of_the_report()
    {
        await using var host = FunctionsHostDouble.On(await PublishedFolder.GetAsync(), scratch.Data, AppSettings);
        using var data = new SqliteFile(Path.Combine(scratch.Data, "marketing.db"));
        await LiveAsync(host, new SqlitePartitionStore(data));

        using var folder = new DataFolder(scratch.Data);
        await folder.QuietAsync(Ct);
        await folder.AssertNothingLeftAsync(Ct);
        output.WriteLine($"Ready {host.Started!.Value.TotalMilliseconds:0} ms after the start.");
    }

    [Fact]
    public async Task The_same_on_Table_Storage_and_Service_Bus()
    {
        var account = Assert.Single(await azurite.TakeAccountsAsync(1));
        using var broker = new DialectBroker(TimeProvider.System, new(LockFor: TimeSpan.FromMinutes(5)), Queue.All);
        var bus = AmqpBus.Open(broker.ConnectionString, TimeProvider.System, NullLogger<AmqpBus>.Instance);
        var settings = new Dictionary<string, string>(AppSettings) { [Settings.Data] = scratch.Data, ["MARKETING_STORAGE"] = account, ["ServiceBus"] = broker.ConnectionString };
        await using var host = new FunctionsHostDouble(await PublishedFolder.GetAsync(), settings, bus, bus);
        var store = TableStores.Open(account, TimeProvider.System);
        await LiveAsync(host, store);

        await Eventually.HoldsAsync(() => Task.FromResult(Queue.All.All(queue => broker.Queue(queue).Count is (0, _, 0))), "The queues do not become empty.", TimeSpan.FromSeconds(30), Ct);
        Assert.DoesNotContain(await store.ScanAsync(Tables.Customers, "", "~", Ct).ToListAsync(Ct), row => row.Key.StartsWith("todo-", StringComparison.Ordinal));
        Assert.Empty(await store.ScanAsync(Tables.Quarantine, "", "~", Ct).ToListAsync(Ct));
        Assert.False(File.Exists(Path.Combine(scratch.Data, "marketing.db")));
    }

    [Fact]
    public async Task Whenever_the_handler_is_killed_every_event_counts_once_and_every_message_is_written_once()
    {
        ShopUnderFire.WriteConfig(scratch.Config);
        var shop = new ShopUnderFire(Seed, shoppers: 90, kills: 8, TimeProvider.System.GetUtcNow());
        await using var host = FunctionsHostDouble.On(await PublishedFolder.GetAsync(), scratch.Data, AppSettings);
        await shop.RunAsync(host, Ct);

        using var data = new DataFolder(scratch.Data);
        await data.QuietAsync(Ct);
        await data.AssertNothingLeftAsync(Ct);
        var ledger = await ShopLedger.ReadAsync(data, scratch.Config, shop.Shoppers, Ct);
        ledger.AssertLog();
        ledger.AssertCustomers();
        ledger.AssertRuns();
        ledger.AssertDeliveries("sent");
        Assert.Equal(ledger.Deliveries["sent"].Order(StringComparer.Ordinal), Directory.GetFiles(Outbox, "*.eml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.Empty(host.Faults);
        Assert.DoesNotContain(host.Output, line => line.Contains("@shop.example", StringComparison.Ordinal));
        output.WriteLine($"{shop.Shoppers.Sum(shopper => shopper.Calls.Count)} calls, {ledger.Deliveries["sent"].Count()} messages; {host.Exits.Count} kills interrupted {shop.Failures} requests and {ledger.Resumed} messages.");
    }

    private async Task LiveAsync(FunctionsHostDouble host, IPartitionStore store)
    {
        ConfigWriter.In(scratch.Config)
            .Message("hello", "offers", "Hello {{ customer.first_name }}", """<p><a href="https://shop.example/tea">Tea</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>""")
            .Journey("hello", """ "entry": { "event": "Signed Up" }, "steps": [ { "id": "pause", "wait": "PT1S" }, { "id": "send", "send": "hello" } ]""");
        await host.StartAsync(Ct);
        using (var answer = await host.Http.PostAsJsonAsync("/v1/batch", new { batch = new object[] { new { type = "identify", userId = "ada", traits = new { email = "ada@shop.example", first_name = "Ada" } }, new { type = "track", userId = "ada", @event = "Signed Up" } } }, Ct))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await host.KillAsync(); // the event is safe, whatever became of it

        await Eventually.HoldsAsync(() => Task.FromResult(Directory.Exists(Outbox) && Directory.GetFiles(Outbox, "*.eml").Length > 0), "There is no message.", TimeSpan.FromSeconds(60), Ct);
        var message = MimeKit.MimeMessage.Load(Assert.Single(Directory.GetFiles(Outbox, "*.eml")), Ct);
        Assert.Equal(("Hello Ada", "ada@shop.example"), (message.Subject, message.To.Mailboxes.Single().Address));

        await Eventually.HoldsAsync(async () => (await FactsAsync(store)).OfType<Fact.Settled>().Any(), "The message is not settled.", TimeSpan.FromSeconds(60), Ct);
        await host.KillAsync();
        using (var request = new HttpRequestMessage(HttpMethod.Get, Click().Match(message.HtmlBody!).Value) { Headers = { { "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" } } })
        using (var answer = await host.Http.SendAsync(request, Ct))
            Assert.Equal((HttpStatusCode.Redirect, "https://shop.example/tea"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        await Eventually.HoldsAsync(async () => (await FactsAsync(store)).OfType<Fact.Hit>().Any(), "The click is not in the report.", TimeSpan.FromSeconds(60), Ct);
        Assert.True(await host.TickAsync("tick", Ct));

        var catalog = ConfigFiles.Load(scratch.Config, 1, await Deployments.OpenAsync(store, new(scratch.Data, new("http://localhost")), Ct));
        var step = Assert.Single(Assert.Single((await ReportCommand.BuildAsync(store, catalog, new(TimeProvider.System.GetUtcNow()), Ct)).Journeys).Steps);
        Assert.Equal((1, 0), (step.Sent, step.Unknown));
        Assert.Single(Directory.GetFiles(Outbox, "*.eml"));
        Assert.Empty(host.Faults);
        Assert.Equal([137, 137], host.Exits);
        Assert.All(host.Output, line => Assert.Matches("^20[0-9-]+T[0-9:]+Z (info|warn|fail): ", line));
    }

    private static async Task<IReadOnlyList<Fact>> FactsAsync(IPartitionStore store) => [.. (await FactRows.ReadAsync(store, null, null, null, Ct).ToListAsync(Ct)).SelectMany(facts => facts)];

    [GeneratedRegex(@"(?<="")http://app\.azurewebsites\.example/t/c/[^""]+")]
    private static partial Regex Click();
}
