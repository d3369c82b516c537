using System.Text.RegularExpressions;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Commands;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.EndToEnd;

/// <summary>The server is killed at any moment; in effect everything happens exactly once.</summary>
[Collection("End to end")]
public sealed partial class KillTests(Azurite azurite, ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20260302;

    // After this a claim of a dead process has ended; after that, the windows of all segments.
    private static readonly TimeSpan ClaimsEnd = TimeSpan.FromMinutes(3), WindowsEnd = TimeSpan.FromDays(40);

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    private string Outbox => Path.Combine(scratch.Data, "outbox");

    public void Dispose() => scratch.Dispose();

    [Theory, InlineData(Place.Embedded, 200, 20), InlineData(Place.Azure, 40, 6)] // as many as Azurite works in half a minute; no message may be taken ten times
    public async Task Whenever_the_server_is_killed_every_event_counts_once_and_every_message_is_written_once(Place place, int shoppers, int kills)
    {
        await scratch.TakeAsync(place, azurite);
        ShopUnderFire.WriteConfig(scratch.Config);
        var shop = new ShopUnderFire(Seed, shoppers, kills, TimeProvider.System.GetUtcNow());
        await using var server = new ServeProcess(scratch.Data, scratch.Config, scratch.Settings);
        await shop.RunAsync(server, ct);

        using (var data = scratch.Look())
        {
            await data.QuietAsync(ct);
            var ledger = await AssertLedgerAsync(data, shop, "sent");
            Assert.Equal(ledger.Deliveries["sent"].Order(StringComparer.Ordinal), Directory.GetFiles(Outbox, "*.eml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
            output.WriteLine($"{shop.Shoppers.Sum(shopper => shopper.Calls.Count)} calls, {ledger.Deliveries["sent"].Count()} messages; kills interrupted {shop.Failures} requests and {ledger.Resumed} messages.");
        }
        Assert.NotEqual(0, shop.Failures);
        Assert.DoesNotContain("@shop.example", server.Output, StringComparison.Ordinal);

        await server.KillAsync();
        await PassAsync(WindowsEnd, new FileChannel(Outbox, TimeProvider.System));
        using var later = scratch.Look();
        (await ShopLedger.ReadAsync(later, scratch.Config, shop.Shoppers, ct)).AssertNobodyIsIn("lookers");
    }

    [Theory, InlineData(Place.Embedded, 60, 8), InlineData(Place.Azure, 20, 4)]
    public async Task Whenever_the_server_is_killed_no_mail_server_gets_a_message_twice_and_what_it_may_have_got_is_reported_as_unknown(Place place, int shoppers, int kills)
    {
        await scratch.TakeAsync(place, azurite);
        ShopUnderFire.WriteConfig(scratch.Config);
        var shop = new ShopUnderFire(Seed + 1, shoppers, kills, TimeProvider.System.GetUtcNow());
        await using var mail = new ScriptedSmtpServer();
        await using var server = new ServeProcess(scratch.Data, scratch.Config, new Dictionary<string, string>(scratch.Settings) { ["MARKETING_SMTP"] = $"smtp://127.0.0.1:{mail.Port}" });

        mail.Says(".", ScriptedSmtpServer.Silence); // takes the message, and before it can say so the server dies
        await server.StartAsync(ct);
        await shop.SendAsync(server, 0.4, ct);
        await mail.Reached(".").WaitAsync(TimeSpan.FromSeconds(30), ct);
        await server.KillAsync();
        mail.Says(".", "250 2.0.0 Ok: queued as ABC1");
        await shop.RunAsync(server, ct, from: 0.4);

        using (var data = scratch.Look()) await data.QuietAsync(ct);
        await server.KillAsync();
        await PassAsync(ClaimsEnd, new SmtpChannel(new("127.0.0.1", mail.Port, SmtpSecurity.None), TimeProvider.System));

        using var later = scratch.Look();
        var ledger = await AssertLedgerAsync(later, shop, "sent", "unknown");
        var accepted = mail.Messages.Select(message => MessageId().Match(message).Groups[1].Value).ToList();
        Assert.Equal(accepted.Count, accepted.Distinct(StringComparer.Ordinal).Count());
        Assert.Subset(accepted.ToHashSet(StringComparer.Ordinal), ledger.Deliveries["sent"].ToHashSet(StringComparer.Ordinal));
        Assert.Subset(ledger.Deliveries["sent"].Concat(ledger.Deliveries["unknown"]).ToHashSet(StringComparer.Ordinal), accepted.ToHashSet(StringComparer.Ordinal));
        Assert.NotEmpty(ledger.Deliveries["unknown"]);
        var reported = (await later.ReportAsync(scratch.Config, TimeProvider.System.GetUtcNow() + ClaimsEnd, ct)).Journeys.SelectMany(journey => journey.Steps).ToList();
        Assert.Equal((ledger.Deliveries["sent"].Count(), ledger.Deliveries["unknown"].Count()), (reported.Sum(step => step.Sent), reported.Sum(step => step.Unknown)));
        output.WriteLine($"{ledger.Deliveries["sent"].Count()} messages sent, {ledger.Deliveries["unknown"].Count()} unknown, {accepted.Count} accepted.");
    }

    private async Task<ShopLedger> AssertLedgerAsync(DataFolder data, ShopUnderFire shop, params string[] handedOver)
    {
        await data.AssertNothingLeftAsync(ct);
        var ledger = await ShopLedger.ReadAsync(data, scratch.Config, shop.Shoppers, ct);
        ledger.AssertLog();
        ledger.AssertCustomers();
        await ledger.AssertMembersAsync(data, ct);
        ledger.AssertRuns();
        ledger.AssertDeliveries(handedOver);
        return ledger;
    }

    // Time passes, and everything that falls due in it is worked.
    private async Task PassAsync(TimeSpan span, IChannel channel)
    {
        scratch.Clock.Ahead += span;
        var options = new NodeOptions(scratch.Data, new("http://localhost"), Storage: scratch.Settings.GetValueOrDefault("MARKETING_STORAGE"), Bus: scratch.Settings.GetValueOrDefault("ServiceBus"));
        await using var node = await Node.OpenAsync(options, (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), channel, scratch.Clock, NullLoggerFactory.Instance, ct);
        if (node.Bus is SqliteBus embedded) await embedded.ReleaseLocksOfOthersAsync(ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pump = node.Pump.RunAsync(stop.Token);
        using (var data = scratch.Look()) await data.QuietAsync(ct);
        await stop.CancelAsync();
        await pump;
    }

    [GeneratedRegex(@"^Message-Id: <(\w+)@shop\.example>\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex MessageId();
}
