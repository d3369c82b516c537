using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.SendingOnce;
using MarketingAutomation.Storage;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Hooks;

/// <summary>Messages of which nobody knows, and what the provider's silence about them comes to mean.</summary>
public sealed class SilenceTests
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    // Of three messages of which nobody knows SendGrid has taken the first two.
    private Task<HookedShop> OpenAsync() => HookedShop.OpenAsync(3, n => n < 3 ? new(0, Takes: n < 2, End: SendGridDouble.End.Abort) : SendGridDouble.Reply.Accept, ct);

    private async Task SleepAsync(HookedShop shop, double hours)
    {
        shop.Clock.Advance(TimeSpan.FromHours(hours));
        await shop.DrainAsync(ct);
    }

    [Fact]
    public async Task What_SendGrid_is_silent_about_for_a_day_while_it_tells_of_later_messages_is_reported_as_not_accepted()
    {
        await using var shop = await OpenAsync();
        await shop.PostAsync([shop.Provider.Event("processed", shop.Provider.Ledger.First(), shop.Clock.GetUtcNow())], ct);
        await SleepAsync(shop, 2);
        await shop.OrderAsync(3, ct);
        await shop.DrainAsync(ct);
        await shop.PostAsync([shop.Provider.Event("processed", shop.Taken(3), shop.Clock.GetUtcNow())], ct);
        await SleepAsync(shop, 21.9);
        Assert.Equal((2, 2, 0), await CountsAsync(shop));
        await SleepAsync(shop, 0.2);
        Assert.Equal((2, 0, 2), await CountsAsync(shop));

        // One of the two it had taken after all, and says so late.
        await shop.PostAsync([shop.Provider.Event("delivered", shop.Provider.Ledger.ElementAt(1), shop.Clock.GetUtcNow())], ct);
        await SleepAsync(shop, 100);
        Assert.Equal((3, 0, 1), await CountsAsync(shop));
        Assert.Equal(4, shop.Provider.Requests.Count);
    }

    [Fact]
    public async Task Where_SendGrid_has_told_of_nothing_later_the_silence_ends_as_unresolved()
    {
        await using var shop = await OpenAsync();
        await shop.PostAsync([shop.Provider.Event("processed", shop.Provider.Ledger.First(), shop.Clock.GetUtcNow())], ct);
        await SleepAsync(shop, 25);
        await SleepAsync(shop, 25);
        Assert.Equal((1, 2, 0), await CountsAsync(shop));
        Assert.Equal(0, (await shop.ReportAsync(ct)).Unresolved);
        await SleepAsync(shop, 25);
        Assert.Equal((1, 2, 0), await CountsAsync(shop));
        Assert.Equal(2, (await shop.ReportAsync(ct)).Unresolved);
        Assert.Equal(3, shop.Provider.Requests.Count);
    }

    [Fact]
    public async Task A_rebuild_counts_each_message_once_that_an_answer_a_callback_or_an_open_says_was_sent()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync(3, ct);
        await shop.DrainAsync(ct);
        await shop.PostAsync(shop.Provider.Ledger.SelectMany(taken => new[] { "delivered", "processed", "open" }.Select(name => shop.Provider.Event(name, taken, shop.Clock.GetUtcNow()))), ct);
        await shop.DrainAsync(ct);
        var sent = new List<string>();
        for (var n = 0; n < 4; n++) sent.AddRange((await shop.Node.Customers.HistoryAsync(shop.KeyOf(n), ct)).Where(e => e.EventName == Hits.Got).Select(e => e.MessageId));
        Assert.Equal(shop.Provider.Ledger.Select(taken => $"sent-{taken.Delivery}").Order(), sent.Order());
    }

    [Fact]
    public async Task However_many_tell_of_however_many_callbacks_the_row_goes_forward_and_is_written_once_a_minute_at_most() =>
        await Gen.Select(Gen.Bool, Gen.Int[0, 3600]).Array[1, 60].SampleAsync(async told =>
        {
            var store = new CountingStore(new SimStore(new AskAtOnce()));
            CalledBack[] instances = [new(store), new(store)];
            DateTimeOffset start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), latest = default;
            foreach (var (which, seconds) in told)
            {
                await instances[which ? 0 : 1].TakeAsync(start.AddSeconds(seconds), ct);
                var row = Assert.NotNull(await new CalledBack(store).LatestAsync(ct));
                Assert.True(row >= latest);
                latest = row;
            }
            var last = start.AddSeconds(told.Max(each => each.Item2));
            Assert.InRange(latest, last - CalledBack.Step, last);
            Assert.InRange(store.Take(Tables.Callbacks).Commits, 1, 1 + (int)((last - start) / CalledBack.Step));
        }, iter: 200);

    private async Task<(long Sent, long Unknown, long NotAccepted)> CountsAsync(HookedShop shop) =>
        await shop.ReportAsync(ct) is var report ? (report.Sent, report.Unknown, report.NotAccepted) : default;
}
