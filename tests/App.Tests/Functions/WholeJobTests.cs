using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using MarketingAutomation.Channels;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Functions.HostDouble;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Functions;

/// <summary>The deployed folder under the host does the whole job, and kills at any moment change nothing.</summary>
[Collection("End to end")]
public sealed partial class WholeJobTests(Azurite azurite, ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20261126;

    private readonly Scratch scratch = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Outbox => Path.Combine(scratch.Data, "outbox");

    private Dictionary<string, string> AppSettings => new(scratch.Settings) { [Settings.Config] = scratch.Config, ["MARKETING_PUBLIC_URL"] = "http://app.azurewebsites.example" };

    public void Dispose() => scratch.Dispose();

    [Theory, InlineData(Place.Embedded), InlineData(Place.Azure)]
    public async Task An_event_becomes_a_message_the_message_a_click_and_the_click_a_row_of_the_report(Place place)
    {
        await scratch.TakeAsync(place, azurite);
        ConfigWriter.In(scratch.Config)
            .Message("hello", "offers", "Hello {{ customer.first_name }}", """<p><a href="https://shop.example/tea">Tea</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>""")
            .Journey("hello", """ "entry": { "event": "Signed Up" }, "steps": [ { "id": "pause", "wait": "PT1S" }, { "id": "send", "send": "hello" } ]""");
        await using var smtp = new ScriptedSmtpServer();
        await using var host = FunctionsHostDouble.On(await PublishedFolder.GetAsync(), scratch.Data, new Dictionary<string, string>(AppSettings) { ["MARKETING_SMTP"] = $"smtp://127.0.0.1:{smtp.Port}" });
        await host.StartAsync(Ct);
        using (var answer = await host.Http.PostAsJsonAsync("/v1/batch", new { batch = new object[] { new { type = "identify", userId = "ada", traits = new { email = "ada@shop.example", first_name = "Ada" } }, new { type = "track", userId = "ada", @event = "Signed Up" } } }, Ct))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await host.KillAsync(); // the event is safe, whatever became of it

        await Eventually.HoldsAsync(() => Task.FromResult(!smtp.Messages.IsEmpty), "There is no message.", TimeSpan.FromSeconds(60), Ct);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(smtp.Messages.Single()));
        var message = await MimeKit.MimeMessage.LoadAsync(content, Ct);
        Assert.Equal(("Hello Ada", "ada@shop.example"), (message.Subject, message.To.Mailboxes.Single().Address));

        using var data = scratch.Look();
        await FactAsync<Fact.Settled>(data);
        await host.KillAsync();
        using (var request = new HttpRequestMessage(HttpMethod.Get, Click().Match(message.HtmlBody!).Value) { Headers = { { "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" } } })
        using (var answer = await host.Http.SendAsync(request, Ct))
            Assert.Equal((HttpStatusCode.Redirect, "https://shop.example/tea"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        await FactAsync<Fact.Hit>(data);
        Assert.True(await host.TickAsync("tick", Ct));
        await data.QuietAsync(Ct);
        await data.AssertNothingLeftAsync(Ct);

        var step = Assert.Single(await Programs.ReportAsync(scratch, Ct));
        Assert.Equal((1, 0), (step.GetProperty("sent").GetInt32(), step.GetProperty("unknown").GetInt32()));
        var clicked = step.GetProperty("clicked");
        Assert.Equal(1, clicked.EnumerateObject().Sum(kind => kind.Value.GetInt32())); // whose it was nobody can tell so soon after the message
        Assert.Single(smtp.Messages);
        Assert.Empty(host.Faults);
        Assert.Equal([137, 137], host.Exits);
        Assert.All(host.Output, line => Assert.Matches("^20[0-9-]+T[0-9:]+Z (info|warn|fail): ", line));
        Assert.Equal(place == Place.Embedded, Directory.Exists(scratch.Data));
        output.WriteLine($"Ready {host.Started!.Value.TotalMilliseconds:0} ms after the start.");
    }

    [Theory, InlineData(Place.Embedded, 90, 8), InlineData(Place.Azure, 40, 6)]
    public async Task Whenever_the_handler_is_killed_every_event_counts_once_and_every_message_is_written_once(Place place, int shoppers, int kills)
    {
        await scratch.TakeAsync(place, azurite);
        ShopUnderFire.WriteConfig(scratch.Config);
        var shop = new ShopUnderFire(Seed, shoppers, kills, TimeProvider.System.GetUtcNow());
        await using var host = FunctionsHostDouble.On(await PublishedFolder.GetAsync(), scratch.Data, AppSettings);
        await shop.RunAsync(host, Ct);

        using var data = scratch.Look();
        await data.QuietAsync(Ct);
        await data.AssertNothingLeftAsync(Ct);
        var ledger = await ShopLedger.ReadAsync(data, scratch.Config, shop.Shoppers, Ct);
        ledger.AssertLog();
        ledger.AssertCustomers();
        ledger.AssertRuns();
        ledger.AssertDeliveries("sent");
        Assert.Equal(ledger.Deliveries["sent"].Order(StringComparer.Ordinal), Directory.GetFiles(Outbox, "*.eml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.Equal(ledger.Deliveries["sent"].Count(), (await Programs.ReportAsync(scratch, Ct)).Sum(step => step.GetProperty("sent").GetInt32()));
        Assert.Empty(host.Faults);
        Assert.DoesNotContain(host.Output, line => line.Contains("@shop.example", StringComparison.Ordinal));
        output.WriteLine($"{shop.Shoppers.Sum(shopper => shopper.Calls.Count)} calls, {ledger.Deliveries["sent"].Count()} messages; {host.Exits.Count} kills interrupted {shop.Failures} requests and {ledger.Resumed} messages.");
    }

    private static Task FactAsync<T>(DataFolder data) =>
        Eventually.HoldsAsync(async () => (await data.FactsAsync(Ct)).OfType<T>().Any(), $"There is no fact {typeof(T).Name}.", TimeSpan.FromSeconds(60), Ct);

    [GeneratedRegex(@"(?<="")http://app\.azurewebsites\.example/t/c/[^""]+")]
    private static partial Regex Click();
}
