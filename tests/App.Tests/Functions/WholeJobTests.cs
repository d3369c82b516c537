using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Functions.HostDouble;
using MarketingAutomation.Reports;

namespace MarketingAutomation.Functions;

/// <summary>The deployed folder under the host does the whole job, and kills at any moment change nothing.</summary>
[Collection("End to end")]
public sealed partial class WholeJobTests(ITestOutputHelper output) : IDisposable
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
        ConfigWriter.In(scratch.Config)
            .Message("hello", "offers", "Hello {{ customer.first_name }}", """<p><a href="https://shop.example/tea">Tea</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>""")
            .Journey("hello", """ "entry": { "event": "Signed Up" }, "steps": [ { "id": "pause", "wait": "PT1S" }, { "id": "send", "send": "hello" } ]""");
        await using var host = new FunctionsHostDouble(await PublishedFolder.GetAsync(), scratch.Data, AppSettings);
        await host.StartAsync(Ct);
        output.WriteLine($"Ready {host.Started!.Value.TotalMilliseconds:0} ms after the start.");

        using (var answer = await host.Http.PostAsJsonAsync("/v1/batch", new { batch = new object[] { new { type = "identify", userId = "ada", traits = new { email = "ada@shop.example", first_name = "Ada" } }, new { type = "track", userId = "ada", @event = "Signed Up" } } }, Ct))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await host.KillAsync(); // the event is safe, whatever became of it

        await Eventually.HoldsAsync(() => Task.FromResult(Directory.Exists(Outbox) && Directory.GetFiles(Outbox, "*.eml").Length > 0), "There is no message.", TimeSpan.FromSeconds(30), Ct);
        var message = MimeKit.MimeMessage.Load(Assert.Single(Directory.GetFiles(Outbox, "*.eml")), Ct);
        Assert.Equal(("Hello Ada", "ada@shop.example"), (message.Subject, message.To.Mailboxes.Single().Address));

        await Eventually.HoldsAsync(async () => (await FactsAsync()).OfType<Fact.Settled>().Any(), "The message is not settled.", TimeSpan.FromSeconds(30), Ct);
        await host.KillAsync();
        var click = Click().Match(message.HtmlBody!).Value;
        using (var request = new HttpRequestMessage(HttpMethod.Get, click) { Headers = { { "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" } } })
        using (var answer = await host.Http.SendAsync(request, Ct))
            Assert.Equal((HttpStatusCode.Redirect, "https://shop.example/tea"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        await Eventually.HoldsAsync(async () => (await FactsAsync()).OfType<Fact.Hit>().Any(), "The click is not in the report.", TimeSpan.FromSeconds(30), Ct);
        Assert.True(await host.TickAsync("tick", Ct));

        using var data = new DataFolder(scratch.Data);
        await data.QuietAsync(Ct);
        await data.AssertNothingLeftAsync(Ct);
        var step = Assert.Single(Assert.Single((await data.ReportAsync(scratch.Config, TimeProvider.System.GetUtcNow(), Ct)).Journeys).Steps);
        Assert.Equal((1, 0), (step.Sent, step.Unknown));
        Assert.Single(Directory.GetFiles(Outbox, "*.eml"));
        Assert.Empty(host.Faults);
        Assert.Equal([137, 137], host.Exits);
        Assert.All(host.Output, line => Assert.Matches("^20[0-9-]+T[0-9:]+Z (info|warn|fail): ", line));
    }

    [Fact]
    public async Task Whenever_the_handler_is_killed_every_event_counts_once_and_every_message_is_written_once()
    {
        ShopUnderFire.WriteConfig(scratch.Config);
        var shop = new ShopUnderFire(Seed, shoppers: 90, kills: 8, TimeProvider.System.GetUtcNow());
        await using var host = new FunctionsHostDouble(await PublishedFolder.GetAsync(), scratch.Data, AppSettings);
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

    private async Task<IReadOnlyList<Fact>> FactsAsync()
    {
        using var data = new DataFolder(scratch.Data);
        return await data.FactsAsync(Ct);
    }

    [GeneratedRegex(@"(?<="")http://app\.azurewebsites\.example/t/c/[^""]+")]
    private static partial Regex Click();
}
