using MarketingAutomation.Deliveries;
using MarketingAutomation.Hooks;

namespace MarketingAutomation.Channels;

/// <summary>Messages that wait for the channel, on a node with a provider that a test scripts.</summary>
public class GatedChannelTests
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outage_costs_few_messages_an_attempt_and_no_message_its_delivery()
    {
        const int customers = 40;
        var down = true;
        await using var shop = await HookedShop.OpenAsync(customers, _ => down ? new(503, Headers: [("Retry-After", "60")]) : SendGridDouble.Reply.Accept, ct);
        await PassAsync(shop, TimeSpan.FromHours(6), TimeSpan.FromMinutes(1));
        // With six hours of an outage and eight attempts for each, nothing would be left of the messages.
        Assert.Empty(shop.Provider.Ledger);
        Assert.True(shop.Provider.Requests.Count < 6 * 60 * 2, $"{shop.Provider.Requests.Count} requests");
        down = false;
        await PassAsync(shop, TimeSpan.FromHours(3), TimeSpan.FromMinutes(5));
        var report = await shop.ReportAsync(ct);
        Assert.Equal((shop.Provider.Ledger.Count, customers), (report.Sent, report.Sent + report.Failed));
        Assert.Equal(customers, shop.Provider.Ledger.Select(taken => taken.Delivery).Distinct().Count() + report.Failed);
    }

    [Fact]
    public async Task A_refused_account_is_asked_again_every_few_minutes_and_no_message_is_lost()
    {
        var refused = true;
        await using var shop = await HookedShop.OpenAsync(30, _ => refused ? new(401) : SendGridDouble.Reply.Accept, ct);
        await PassAsync(shop, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(1));
        refused = false;
        await PassAsync(shop, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        Assert.Equal(30, (await shop.ReportAsync(ct)).Sent);
        Assert.Equal(30, shop.Provider.Ledger.Select(taken => taken.Delivery).Distinct().Count());
    }

    [Fact]
    public async Task Messages_leave_no_faster_than_the_policy_says_and_waiting_costs_no_attempt()
    {
        await using var shop = await HookedShop.OpenAsync(60, null, ct, policy: """, "sendingRates": { "perSecond": 2, "perDomain": { "example.test": 1 } }""");
        var seconds = 0;
        for (var before = shop.Provider.Ledger.Count; shop.Provider.Ledger.Count < 60 && seconds < 200; seconds++, before = shop.Provider.Ledger.Count)
        {
            shop.Clock.Advance(TimeSpan.FromSeconds(1));
            await shop.DrainAsync(ct);
            Assert.InRange(shop.Provider.Ledger.Count - before, 0, 3);
        }
        Assert.InRange(seconds, 55, 100);
        for (var n = 0; n < 60; n++) Assert.Equal((DeliveryStatus.Sent, 1), ((await shop.DeliveryAsync(n, ct)).Status, (await shop.DeliveryAsync(n, ct)).Attempt));
    }

    private async Task PassAsync(HookedShop shop, TimeSpan span, TimeSpan step)
    {
        for (var end = shop.Clock.GetUtcNow() + span; shop.Clock.GetUtcNow() < end;)
        {
            shop.Clock.Advance(step);
            await shop.DrainAsync(ct);
        }
    }
}
