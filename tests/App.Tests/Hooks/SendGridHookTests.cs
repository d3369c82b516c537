using System.Net;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Hooks;

public sealed class SendGridHookTests
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_became_of_messages_is_in_the_report_and_equals_SendGrids_own_ledger()
    {
        await using var shop = await HookedShop.OpenAsync(10, null, ct);
        var at = shop.Clock.GetUtcNow();
        List<object> events = [.. Enumerable.Range(0, 10).Select(n => shop.Provider.Event("processed", shop.Taken(n), at))];
        events.AddRange(Enumerable.Range(0, 6).Select(n => shop.Provider.Event("delivered", shop.Taken(n), at)));
        events.Add(shop.Provider.Event("deferred", shop.Taken(6), at, ("attempt", "1")));
        events.Add(shop.Provider.Event("bounce", shop.Taken(7), at, ("type", "bounce"), ("status", "5.1.1")));
        events.Add(shop.Provider.Event("bounce", shop.Taken(8), at, ("type", "blocked"), ("status", "4.7.1")));
        events.Add(shop.Provider.Event("dropped", shop.Taken(9), at, ("reason", "Spam Content")));
        events.Add(shop.Provider.Event("spamreport", shop.Taken(0), at));
        events.Add(shop.Provider.Event("open", shop.Taken(1), at.AddMinutes(2), ("useragent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")));
        events.Add(shop.Provider.Event("open", shop.Taken(2), at.AddMinutes(2), ("useragent", "Mozilla/5.0"), ("sg_machine_open", true)));
        events.Add(shop.Provider.Event("click", shop.Taken(1), at.AddMinutes(2), ("useragent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"), ("url", "https://shop.example")));
        shop.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(HttpStatusCode.NoContent, await shop.PostAsync(events, ct));
        await shop.DrainAsync(ct);

        var report = await shop.ReportAsync(ct);
        Assert.Equal(shop.Provider.Ledger.Count, report.Sent);
        Assert.Equal((6, 3, 1, 0, 0), (report.Delivered, report.Bounced, report.Complained, report.Unknown, report.Failed));
        Assert.Equal((new(1, 0, 1), new(1, 0, 0)), (report.Opened, report.Clicked));
        Assert.Equal(DeliveryStatus.Sent, (await shop.DeliveryAsync(6, ct)).Status);
    }

    [Fact]
    public async Task Reports_that_come_in_any_order_and_again_and_again_come_to_the_same()
    {
        string[] all = ["processed", "deferred", "delivered", "bounce", "spamreport", "open", "click"];
        await using var shop = await HookedShop.OpenAsync(8, null, ct);
        var random = new Random(5);
        List<object>[] events = [.. Enumerable.Range(0, 8).Select(n => all.Select(name => (object)shop.Provider.Event(name, shop.Taken(n), shop.Clock.GetUtcNow(), ("type", "blocked"))).ToList())];
        for (var round = 0; round < 3; round++)
            foreach (var batch in events.SelectMany(each => each).OrderBy(_ => random.Next()).Chunk(11))
            {
                Assert.Equal(HttpStatusCode.NoContent, await shop.PostAsync(batch, ct));
                await shop.DrainAsync(ct);
            }
        for (var n = 0; n < 8; n++) Assert.Equal(DeliveryStatus.Complained, (await shop.DeliveryAsync(n, ct)).Status);
        var report = await shop.ReportAsync(ct);
        Assert.Equal((8, 8, 8, 8), (report.Sent, report.Delivered, report.Bounced, report.Complained));
        Assert.Equal(all.Length, await EventsOfAsync(shop, 0));
    }

    [Theory]
    [InlineData("bounce", "bounce", true)]
    [InlineData("bounce", "blocked", false)]
    [InlineData("spamreport", null, true)]
    public async Task Who_is_no_good_or_complains_gets_nothing_more_before_the_answer_and_who_was_blocked_does(string name, string? type, bool suppressed)
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        Assert.Equal(HttpStatusCode.NoContent, await shop.PostAsync([shop.Provider.Event(name, shop.Taken(0), shop.Clock.GetUtcNow(), ("type", type ?? ""))], ct));
        Assert.Equal(suppressed, await shop.IsSuppressedAsync("customer-0@example.test", ct)); // no queue has been worked

        shop.Clock.Advance(TimeSpan.FromDays(2));
        await shop.OrderAsync(0, ct);
        await shop.DrainAsync(ct);
        Assert.Equal(suppressed ? 1 : 2, shop.Provider.Ledger.Count);
    }

    [Theory]
    [InlineData("unsubscribe")]
    [InlineData("group_unsubscribe")]
    public async Task A_no_at_SendGrid_is_a_no_here_before_the_answer(string name)
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        Assert.Equal(HttpStatusCode.NoContent, await shop.PostAsync([shop.Provider.Event(name, shop.Taken(0), shop.Clock.GetUtcNow())], ct));
        Assert.False((await shop.CustomerAsync(0, ct)).Consents["offers"].Given);
        Assert.Equal(1, (await shop.ReportAsync(ct)).Unsubscribed);
    }

    [Fact]
    public async Task Messages_of_which_nobody_knows_are_settled_by_what_SendGrid_reports()
    {
        await using var shop = await HookedShop.OpenAsync(3, n => new(0, Takes: n != 2, End: SendGridDouble.End.Abort), ct);
        Assert.Equal(3, (await shop.ReportAsync(ct)).Unknown);
        await shop.PostAsync(shop.Provider.Ledger.Select(taken => shop.Provider.Event("processed", taken, shop.Clock.GetUtcNow())), ct);
        await shop.DrainAsync(ct);
        var report = await shop.ReportAsync(ct);
        Assert.Equal((shop.Provider.Ledger.Count, 1), (report.Sent, report.Unknown));
        Assert.Equal(3, shop.Provider.Requests.Count);
    }

    [Fact]
    public async Task A_report_that_overtakes_the_answer_settles_the_message_and_nothing_is_sent_again()
    {
        await using var shop = await HookedShop.OpenAsync(1, _ => new(503, Takes: true, Headers: [("Retry-After", "60")]), ct); // a provider that does not keep its word
        await shop.PostAsync([shop.Provider.Event("delivered", shop.Taken(0), shop.Clock.GetUtcNow())], ct);
        await shop.DrainAsync(ct);
        shop.Clock.Advance(TimeSpan.FromHours(1));
        await shop.DrainAsync(ct);
        Assert.Equal(DeliveryStatus.Delivered, (await shop.DeliveryAsync(0, ct)).Status);
        Assert.Single(shop.Provider.Requests);
    }

    [Fact]
    public async Task Reports_of_strangers_bring_nobody_into_being_but_a_bad_address_is_bad_whoever_wrote_to_it()
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        var elsewhere = shop.Taken(0) with { To = "stranger@example.test", Arguments = new Dictionary<string, string> { [DeliveryName.Argument] = $"{Customers.CustomerKey.OfUser("other"u8, "x")}.abcd" } };
        var none = elsewhere with { To = "nobody@example.test", Arguments = new Dictionary<string, string>() };
        var at = shop.Clock.GetUtcNow();
        Assert.Equal(HttpStatusCode.NoContent, await shop.PostAsync([shop.Provider.Event("delivered", elsewhere, at), shop.Provider.Event("bounce", none, at, ("type", "bounce")), shop.Provider.Event("open", none, at)], ct));
        await shop.DrainAsync(ct);
        Assert.Equal(1, await shop.CountAsync(ct));
        Assert.True(await shop.IsSuppressedAsync("nobody@example.test", ct));
        Assert.False(await shop.IsSuppressedAsync("stranger@example.test", ct));
    }

    [Fact]
    public async Task What_SendGrid_saw_of_who_does_not_want_to_be_tracked_is_not_kept()
    {
        await using var shop = await HookedShop.OpenAsync(2, null, ct);
        var at = shop.Clock.GetUtcNow();
        await shop.Node.AcceptAsync([new Collect.CustomerEvent.Tracked { MessageId = "no", UserId = "customer-0", Event = "Unsubscribed", At = at, ReceivedAt = at, Properties = System.Text.Json.JsonElement.Parse("""{"topic":"tracking"}""") }], ct);
        await shop.DrainAsync(ct);
        var seen = new[] { "open", "click" }.SelectMany(name => new[] { 0, 1 }.Select(n => (object)shop.Provider.Event(name, shop.Taken(n), at.AddMinutes(2), ("useragent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"))));
        Assert.Equal(HttpStatusCode.NoContent, await shop.PostAsync(seen, ct));
        await shop.DrainAsync(ct);
        Assert.Equal((0, 2), (await EventsOfAsync(shop, 0), await EventsOfAsync(shop, 1)));
    }

    [Fact]
    public async Task A_post_whose_signature_does_not_fit_changes_nothing()
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        object[] bounce = [shop.Provider.Event("bounce", shop.Taken(0), shop.Clock.GetUtcNow(), ("type", "bounce"))];
        foreach (var signature in new[] { "", "garbage", "AAAA" })
        {
            using var post = shop.Provider.Post(bounce);
            post.Headers.Remove(SendGridSignature.SignatureHeader);
            post.Headers.TryAddWithoutValidation(SendGridSignature.SignatureHeader, signature);
            Assert.Equal(HttpStatusCode.Forbidden, await shop.SendAsync(post, ct));
        }
        await using var other = await SendGridDouble.StartAsync();
        using var forged = other.Post(bounce);
        Assert.Equal(HttpStatusCode.Forbidden, await shop.SendAsync(forged, ct));
        Assert.False(await shop.IsSuppressedAsync("customer-0@example.test", ct));
    }

    [Fact]
    public async Task A_batch_as_large_as_they_come_is_taken_whatever_else_is_in_it()
    {
        await using var shop = await HookedShop.OpenAsync(2, null, ct);
        List<object> events = [null!, 7, "text", new { }, new { @event = "account_status_change" }];
        while (events.Count < 1400) events.Add(shop.Provider.Event("deferred", shop.Taken(events.Count % 2), shop.Clock.GetUtcNow(), ("response", new string('x', 300))));
        Assert.Equal(HttpStatusCode.NoContent, await shop.PostAsync(events, ct));
        await shop.DrainAsync(ct);
        Assert.Equal(1395, await EventsOfAsync(shop, 0) + await EventsOfAsync(shop, 1));
    }

    [Fact]
    public async Task A_signed_body_that_is_no_array_is_refused()
    {
        await using var shop = await HookedShop.OpenAsync(0, null, ct);
        using var post = shop.Provider.Post("{\"event\":\"open\"}"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, await shop.SendAsync(post, ct));
    }

    // Events in the customer's log that came by a callback.
    private async Task<int> EventsOfAsync(HookedShop shop, int n) =>
        (await shop.Node.Customers.LogAsync(shop.KeyOf(n), 0, ct)).Count(line => line.Entry.Input is Input.Happened { Event.Customer: not null });
}
