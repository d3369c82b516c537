using MarketingAutomation.Channels;
using MarketingAutomation.Commands;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.EndToEnd;

/// <summary>The server is killed at any moment; in effect everything happens exactly once.</summary>
[Collection("End to end")]
public class KillTests(ITestOutputHelper output)
{
    private const int Seed = 20260302;

    [Fact]
    public async Task Whenever_the_server_is_killed_every_event_counts_once_and_every_message_is_written_once()
    {
        var ct = TestContext.Current.CancellationToken;
        using var scratch = new Scratch();
        ShopUnderFire.WriteConfig(scratch.Config);
        var shop = new ShopUnderFire(Seed, shoppers: 200, kills: 24, TimeProvider.System.GetUtcNow());
        await using var server = new ServeProcess(scratch.Data, scratch.Config);
        await shop.RunAsync(server, ct);

        using (var data = new DataFolder(scratch.Data))
        {
            await data.QuietAsync(ct);
            await data.AssertNothingLeftAsync(ct);
            var ledger = await ShopLedger.ReadAsync(data, scratch.Config, shop.Shoppers, ct);
            ledger.AssertLog();
            ledger.AssertCustomers();
            ledger.AssertRuns();
            ledger.AssertDeliveries("sent");
            var files = Directory.GetFiles(Path.Combine(scratch.Data, "outbox"), "*.eml").Select(Path.GetFileNameWithoutExtension);
            Assert.Equal(ledger.Deliveries["sent"].Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
            output.WriteLine($"{shop.Shoppers.Sum(shopper => shopper.Calls.Count)} calls, {ledger.Deliveries["sent"].Count()} messages; kills interrupted {shop.Failures} requests and {ledger.Resumed} messages under way.");
        }
        Assert.NotEqual(0, shop.Failures);
        Assert.DoesNotContain("@shop.example", server.Output, StringComparison.Ordinal);

        await server.KillAsync();
        await FastForwardAsync(scratch, new FileChannel(Path.Combine(scratch.Data, "outbox"), TimeProvider.System), ct);
        using var later = new DataFolder(scratch.Data);
        (await ShopLedger.ReadAsync(later, scratch.Config, shop.Shoppers, ct)).AssertNobodyIsIn("lookers");
    }

    // Works everything that falls due until the windows of all segments have ended.
    private static async Task FastForwardAsync(Scratch scratch, IChannel channel, CancellationToken ct)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(40));
        using var node = await Node.OpenAsync(new(scratch.Data, new("http://localhost")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), channel, clock, NullLoggerFactory.Instance, ct);
        await node.Bus.ReleaseLocksOfOthersAsync(ct);
        await node.Pump.DrainAsync(ct);
    }
}
