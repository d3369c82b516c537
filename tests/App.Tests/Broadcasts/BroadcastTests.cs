using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Commands.Import;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Broadcasts;

public sealed class BroadcastTests : IDisposable
{
    private readonly BroadcastShop shop = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Everybody_in_the_segment_gets_it_at_its_time_and_the_counts_add_up()
    {
        shop.WriteBroadcast("2026-03-02T11:00:00+01:00", """, "holdout": 20, "goal": { "event": "Visit", "within": "P1D" }""");
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 900);
        await shop.PassAsync(node, BroadcastShop.At.AddSeconds(-1));
        Assert.Empty(shop.Channel.Messages);
        Assert.Equal(("planned", 0, false), await StateAsync(node));

        await shop.PassAsync(node, BroadcastShop.At.AddMinutes(5));

        var found = await shop.ShowAsync(node);
        Assert.Equal(("complete", 900, 900, 0, 0), (found.State, found.Audience, found.Entered, found.Left, found.Waiting));
        Assert.InRange(found.HeldOut, 120, 240);
        Assert.Equal((found.HeldOut, "holdout", found.HeldOut), (found.Skipped, Assert.Single(found.SkippedBecause).Because, found.SkippedBecause[0].Count));
        Assert.Equal(900 - found.HeldOut, found.Sent);
        Assert.Equal(found.Sent, shop.Channel.Messages.Select(message => message.To).Distinct().Count());
        Assert.Equal(found.Sent, shop.Channel.Messages.Count);
    }

    [Fact]
    public async Task What_became_of_each_message_is_told_by_its_reason()
    {
        shop.Channel.Answer = message => message.To == "u1@shop.example" ? new Outcome.Failed("550") : message.To == "u2@shop.example" ? new Outcome.Unknown("no answer") : new Outcome.Sent(null);
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 5);
        await node.AcceptAsync([new CustomerEvent.Tracked { MessageId = "no", UserId = "u3", Event = "Unsubscribed", At = BroadcastShop.Start, ReceivedAt = BroadcastShop.Start, Properties = System.Text.Json.JsonElement.Parse("""{"topic":"offers"}""") }], Ct);
        await shop.PassAsync(node, BroadcastShop.At.AddMinutes(5));
        var found = await shop.ShowAsync(node);
        Assert.Equal((5, 2, 1, 1, 1, 0, true), (found.Audience, found.Sent, found.Skipped, found.Failed, found.Unknown, found.Waiting, found.IsComplete));
        Assert.Equal("unsubscribed", Assert.Single(found.SkippedBecause).Because);
    }

    [Fact]
    public async Task Who_leaves_before_their_turn_is_counted_as_left()
    {
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 10);
        var gone = CustomerKey.OfUser(node.Catalog.Deployment.Pepper, "u4");
        var members = new Members(node.Store);
        await members.PutAsync([new("visitors", CustomerKey.OfUser(node.Catalog.Deployment.Pepper, "nobody"), 1, BroadcastShop.Start)], Ct); // the index is behind
        await shop.PassAsync(node, BroadcastShop.At.AddMinutes(5));
        var found = await shop.ShowAsync(node);
        Assert.Equal((11, 10, 1, 10, "complete"), (found.Audience, found.Entered, found.Left, found.Sent, found.State));
        Assert.Contains("sale", (await node.Customers.LoadAsync(gone, Ct)).Customer.Journeys);
    }

    [Fact]
    public async Task One_whose_time_is_long_past_when_it_is_first_published_is_not_begun_but_reported()
    {
        shop.WriteBroadcast("2026-02-20T09:00:00Z");
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 5);
        await shop.PassAsync(node, BroadcastShop.At);
        Assert.Empty(shop.Channel.Messages);
        Assert.Equal(("late", 0, false), await StateAsync(node));
        Assert.Equal(BroadcastState.Late, await node.Broadcasts.StartAsync("sale", Ct)); // whoever wants it all the same says so
        await shop.PassAsync(node, BroadcastShop.At.AddMinutes(1));
        Assert.Equal(("complete", 5, true), await StateAsync(node));
    }

    [Fact]
    public async Task One_a_little_late_is_begun_at_once()
    {
        await using (var node = await shop.OpenAsync()) await BroadcastShop.VisitAsync(node, 0, 5);
        shop.WriteBroadcast("2026-03-01T09:00:00Z");
        await using var moved = await shop.OpenAsync();
        await shop.PassAsync(moved, BroadcastShop.Start.AddMinutes(1));
        Assert.Equal(("complete", 5, true), await StateAsync(moved));
    }

    [Fact]
    public async Task Its_time_may_be_moved_until_it_begins_and_not_afterwards()
    {
        await using (var node = await shop.OpenAsync()) await BroadcastShop.VisitAsync(node, 0, 5);
        shop.WriteBroadcast("2026-03-02T12:00:00Z");
        await using (var node = await shop.OpenAsync())
        {
            await shop.PassAsync(node, BroadcastShop.At.AddHours(1));
            Assert.Empty(shop.Channel.Messages);
            await shop.PassAsync(node, BroadcastShop.At.AddHours(3));
            Assert.Equal(5, shop.Channel.Messages.Count);
        }
        shop.WriteBroadcast("2026-03-02T15:00:00Z");
        await using (var node = await shop.OpenAsync())
        {
            await BroadcastShop.VisitAsync(node, 5, 5);
            await shop.PassAsync(node, BroadcastShop.At.AddHours(9));
        }
        Assert.Equal(5, shop.Channel.Messages.Count);
    }

    [Fact]
    public async Task One_whose_file_is_removed_begins_for_nobody()
    {
        await using (var node = await shop.OpenAsync()) await BroadcastShop.VisitAsync(node, 0, 5);
        shop.RemoveBroadcast();
        await using (var node = await shop.OpenAsync()) await shop.PassAsync(node, BroadcastShop.At.AddHours(1));
        Assert.Empty(shop.Channel.Messages);
    }

    [Fact]
    public async Task Cancelled_nobody_enters_any_more_and_started_again_it_goes_on_where_it_was()
    {
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 2_000);
        shop.Channel.Answer = _ =>
        {
            if (shop.Channel.Messages.Count == 700) node.Broadcasts.CancelAsync("sale", Ct).GetAwaiter().GetResult();
            return new Outcome.Sent(null);
        };
        await shop.PassAsync(node, BroadcastShop.At.AddHours(1));
        var cancelled = await shop.ShowAsync(node);
        Assert.Equal("cancelled", cancelled.State);
        Assert.Equal(cancelled.Entered, cancelled.Sent); // what was asked for went
        Assert.InRange(cancelled.Sent, 701, 1_999);
        Assert.Equal(BroadcastState.Cancelled, await node.Broadcasts.CancelAsync("sale", Ct));

        Assert.Equal(BroadcastState.Cancelled, await node.Broadcasts.StartAsync("sale", Ct));
        await shop.PassAsync(node, BroadcastShop.At.AddHours(2));
        Assert.Equal(("complete", 2_000, true), await StateAsync(node));
        Assert.Equal(2_000, shop.Channel.Messages.Select(message => message.To).Distinct().Count());
        Assert.Equal(2_000, shop.Channel.Messages.Count);
    }

    [Fact]
    public async Task Cancelled_before_its_time_it_does_not_begin()
    {
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 5);
        Assert.Equal(BroadcastState.Planned, await node.Broadcasts.CancelAsync("sale", Ct));
        await shop.PassAsync(node, BroadcastShop.At.AddHours(1));
        Assert.Equal(("cancelled", 0, false), await StateAsync(node));
        Assert.Null(await node.Broadcasts.StartAsync("other", Ct));
    }

    [Fact]
    public async Task A_provider_that_takes_nothing_stops_the_walk_after_a_few_pages()
    {
        shop.Channel.Answer = _ => new Outcome.Retry("451 try again", TimeSpan.FromMinutes(10), Outage: true);
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 3_000);
        await shop.PassAsync(node, BroadcastShop.At.AddMinutes(8));
        var found = await shop.ShowAsync(node);
        Assert.InRange(found.Entered, 1, 600); // however long it lasts, no pile of messages lies before the door
        shop.Channel.Answer = _ => new Outcome.Sent(null);
        await shop.PassAsync(node, BroadcastShop.At.AddHours(4));
        Assert.Equal(("complete", 3_000, true), await StateAsync(node));
        Assert.Equal(3_000, shop.Channel.Messages.Select(message => message.To).Distinct().Count());
    }

    [Fact]
    public async Task One_that_takes_longer_than_messages_stay_fresh_enters_nobody_any_more()
    {
        shop.Channel.Answer = _ => new Outcome.Retry("451 try again", TimeSpan.FromHours(3), Outage: true);
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 3_000);
        await shop.PassAsync(node, BroadcastShop.At.AddHours(2));
        shop.Clock.Set(BroadcastShop.At.AddDays(4)); // everything stood still
        await shop.PassAsync(node, BroadcastShop.At.AddDays(4).AddHours(1));
        Assert.Equal("expired", (await shop.ShowAsync(node)).State);
        Assert.Empty(shop.Channel.Messages);
    }

    [Fact]
    public async Task The_sweep_begins_what_did_not_begin_and_goes_on_with_what_stands_still()
    {
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 1_000);
        shop.Clock.Set(BroadcastShop.At.AddMinutes(1));
        await LoseAsync(node); // the message of its beginning
        Assert.Equal(0, await node.Broadcasts.RepairAsync(Ct));
        shop.Clock.Set(BroadcastShop.At.AddMinutes(20));
        Assert.Equal(1, await node.Broadcasts.RepairAsync(Ct));
        await node.Batches.WorkAsync(await node.Bus.ReceiveAsync(Queue.Broadcasts, 1, TimeSpan.FromMinutes(5), Ct), Ct);
        await LoseAsync(node); // the messages that walk
        Assert.Equal(0, await node.Broadcasts.RepairAsync(Ct));
        shop.Clock.Set(BroadcastShop.At.AddMinutes(40));
        Assert.Equal(BroadcastPlans.Chains, await node.Broadcasts.RepairAsync(Ct));
        await shop.PassAsync(node, BroadcastShop.At.AddHours(2));
        Assert.Equal(("complete", 1_000, true), await StateAsync(node));
        Assert.Equal(0, await node.Broadcasts.RepairAsync(Ct));
    }

    [Fact]
    public async Task A_simulation_sends_the_broadcasts_of_its_time_and_reports_them_as_journeys()
    {
        var folder = Directory.CreateDirectory(shop.Data).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "visits.csv"), "id,day\nada,20260301\nbob,20260302\ncy,20260310\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "visits.json"), """
            { "format": "csv", "emit": [
              { "type": "identify", "userId": "{id}", "timestamp": { "column": "day", "format": "yyyyMMdd" }, "traits": { "email": "{id}@shop.example" } },
              { "type": "track", "event": "Visit", "userId": "{id}", "timestamp": { "column": "day", "format": "yyyyMMdd" } } ] }
            """, Ct);
        var source = await EventFile.OpenAsync(Path.Combine(folder, "visits.csv"), Path.Combine(folder, "visits.json"), Ct);
        var report = await SimulateCommand.RunAsync(source, shop.Config, null, null, 1, Ct);
        var sale = Assert.Single(report.Journeys);
        Assert.Equal(("sale", 2, 2), (sale.Journey, sale.Treated.Entered, Assert.Single(sale.Steps).Sent)); // the third came after it
        shop.WriteBroadcast("2026-04-01T00:00:00Z");
        Assert.Empty((await SimulateCommand.RunAsync(source, shop.Config, null, null, 1, Ct)).Journeys);
    }

    [Fact]
    public void A_customer_reads_to_which_group_a_broadcast_went() =>
        Assert.Contains("being in the group “Visitors”", Endpoints.WhyPage.Of("en", new("Sale", null, null, "Visitors", "March 2, 2026", null, "Offers", null, true, null, false), "u", "p"), StringComparison.Ordinal);

    [Fact]
    public async Task A_live_message_does_not_wait_behind_a_broadcast()
    {
        await using var node = await shop.OpenAsync();
        await BroadcastShop.VisitAsync(node, 0, 500);
        await shop.PassAsync(node, BroadcastShop.At.AddSeconds(-1));
        shop.Clock.Set(BroadcastShop.At);
        foreach (var _ in Enumerable.Range(0, 3)) // it begins, and its first messages are asked for
        {
            var batch = await node.Bus.ReceiveAsync(Queue.Broadcasts, 4, TimeSpan.FromMinutes(5), Ct);
            await node.Batches.WorkAsync(batch, Ct);
            await node.Bus.CompleteAsync(batch, Ct);
        }
        Assert.NotEmpty(await node.Bus.ReceiveAsync(Queue.Broadcasts, 1, TimeSpan.FromMinutes(5), Ct));
        Assert.Empty(await node.Bus.ReceiveAsync(Queue.Deliveries, 1, TimeSpan.FromMinutes(5), Ct));
    }

    private async Task<(string State, long Sent, bool IsComplete)> StateAsync(Node node)
    {
        var found = await shop.ShowAsync(node);
        return (found.State, found.Sent, found.IsComplete);
    }

    private static async Task LoseAsync(Node node)
    {
        while (await node.Bus.ReceiveAsync(Queue.Broadcasts, 100, TimeSpan.FromMinutes(5), Ct) is [_, ..] batch) await node.Bus.CompleteAsync(batch, Ct);
    }
}
