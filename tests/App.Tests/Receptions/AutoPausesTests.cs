using MarketingAutomation.Bus;
using MarketingAutomation.Controls;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Receptions;

public class AutoPausesTests
{
    private const string Limits = """, "autoPause": { "complaints": 0.1, "hardBounces": 2, "unsubscribes": 1, "within": "P1D", "atLeast": 200 }""";

    private static readonly ControlScope Thanks = ControlScope.OfJourney("thanks");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<IReadOnlyList<Reception>> CountAsync(StoppedShop shop) =>
        await new ReceptionCounts(shop.Node.Store, shop.Clock).ReadAsync(TimeSpan.FromDays(1), await shop.Node.Controls.ReadAsync(Ct), Ct);

    [Fact]
    public async Task A_journey_that_is_complained_of_pauses_itself_once_says_why_and_goes_on_afresh()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct, Limits);
        await shop.AskAsync(Enumerable.Range(0, 300), Ct, domain: "qq.com");
        await shop.AskAsync([1000], Ct, "Order Paid");
        await shop.ReportAsync(CallbackKind.Complained, shop.Sent.Take(4), Ct);
        await shop.TickAsync(Ct);
        await shop.TickAsync(Ct);

        var control = Assert.Single((await shop.Node.Controls.ReadAsync(Ct)).Standing);
        Assert.Equal((Thanks, Stop.Paused, "auto", "complaints 1.333 % (4 of 300) above the limit of 0.1 %; most at qq.com, topic offers (4 of 300)"), (control.Scope, control.Stop, control.By, control.Reason));
        Assert.Single(await shop.Node.Controls.HistoryAsync(10, Ct));
        await shop.PassAsync(TimeSpan.FromSeconds(6), Ct);
        await shop.AskAsync(Enumerable.Range(300, 250), Ct, domain: "qq.com");
        Assert.Equal(301, shop.Sent.Count);

        await shop.SayAsync(Thanks, Stop.None, Ct);
        await shop.TickAsync(Ct); // on the old numbers nothing is judged again
        await shop.PassOnAsync(Ct);
        await shop.TickAsync(Ct);
        Assert.Empty((await shop.Node.Controls.ReadAsync(Ct)).Standing);
        Assert.Equal((551, 551), (shop.Sent.Count, shop.Sent.Distinct().Count()));
        Assert.Equal(250, Assert.Single(await CountAsync(shop), line => line.Journey == "thanks").Sent);

        await shop.ReportAsync(CallbackKind.Complained, shop.Sent.Skip(100).Take(20), Ct); // of messages before the pause: late, and known
        await shop.TickAsync(Ct);
        Assert.Empty((await shop.Node.Controls.ReadAsync(Ct)).Standing);
        await shop.ReportAsync(CallbackKind.Bounced, shop.Sent.TakeLast(20), Ct, hard: true);
        await shop.TickAsync(Ct);
        Assert.StartsWith("hard bounces 8 % (20 of 250)", Assert.Single((await shop.Node.Controls.ReadAsync(Ct)).Standing).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_limits_nothing_pauses()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.AskAsync(Enumerable.Range(0, 300), Ct);
        await shop.ReportAsync(CallbackKind.Complained, shop.Sent.Take(100), Ct);
        await shop.TickAsync(Ct);
        Assert.Empty((await shop.Node.Controls.ReadAsync(Ct)).Standing);
    }

    [Fact]
    public async Task Of_servers_that_judge_at_once_one_pauses_and_warns_and_a_resume_meanwhile_stands()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.AskAsync(Enumerable.Range(0, 300), Ct);
        await shop.ReportAsync(CallbackKind.Unsubscribed, shop.Sent.Take(30), Ct);
        await shop.Node.Pump.DrainAsync(Ct);
        var log = new RecordingLog<AutoPauses>();
        AutoPauses Server() => new(new(shop.Node.Store, shop.Clock), new(shop.Node.Store, shop.Node.Bus, shop.Clock), new AutoPause(Unsubscribes: 1), log);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Server().RunAsync(Ct))));
        Assert.Equal("Journey thanks has paused itself: unsubscribes 10 % (30 of 300) above the limit of 1 %; most at other domains, topic offers (30 of 300)", Assert.Single(log.Lines));
        Assert.Single(await shop.Node.Controls.HistoryAsync(10, Ct));

        var judged = (await shop.Node.Controls.ReadAsync(Ct)).Of(Thanks);
        await shop.SayAsync(Thanks, Stop.None, Ct);
        Assert.False((await shop.Node.Controls.SetAsync(Thanks, Stop.Paused, ControlDesk.Auto, "old", now => now == judged, Ct)).Changed);
    }

    [Fact]
    public async Task A_message_counts_once_however_often_it_is_written_and_in_its_hour_when_that_is_over()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        Effect.Count[] counts = [.. Enumerable.Range(0, 250).Select(n => new Effect.Count("thanks", $"d{n}", Reaction.Sent, StoppedShop.Start, "offers", n % 2 == 0 ? "qq.com" : null))];
        Effect.Count complaint = new("thanks", "d0", Reaction.Complaint, StoppedShop.Start, "offers", "qq.com");
        for (var times = 0; times < 3; times++) await ReceptionRows.PutAsync(shop.Node.Store, [.. counts, complaint], Ct);
        Reception[] expected = [new("thanks", "offers", null, 125), new("thanks", "offers", "qq.com", 125, 0, 1)];
        Assert.Equal(expected, await CountAsync(shop));
        for (var hour = 0; hour < 23; hour++)
        {
            shop.Clock.Advance(TimeSpan.FromHours(1));
            await shop.TickAsync(Ct);
            if (hour == 3) await ReceptionRows.PutAsync(shop.Node.Store, counts, Ct); // an effect that was left over
            Assert.Equal(expected, await CountAsync(shop));
        }
        Assert.Equal(2, (await shop.RowsAsync(Tables.Receptions, Ct)).Count); // the hour's sum, and the complaint
        shop.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await CountAsync(shop));
    }

    /// <summary>Whoever sums up may die between any two rows, and whoever tries again finds the same sums.</summary>
    [Fact]
    public void Summing_up_that_is_broken_off_anywhere_loses_and_doubles_nothing() => Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 400], Gen.Int[2, 6]).Sample((seed, messages, everySo) =>
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(StoppedShop.Start);
        var rows = new SendingOnce.SimStore(new SendingOnce.AskAtOnce());
        var random = new Random(seed);
        Effect.Count[] counts = [.. Enumerable.Range(0, messages).Select(n => new Effect.Count($"j{random.Next(3)}", $"d{n}", Reaction.Sent, StoppedShop.Start.AddMinutes(random.Next(300)), $"t{random.Next(2)}", random.Next(2) == 0 ? "qq.com" : null))];
        ReceptionRows.PutAsync(rows, counts, default).GetAwaiter().GetResult();
        clock.Advance(TimeSpan.FromHours(8));
        var faulty = new FaultyStore(rows, seed, everySo);
        for (var tries = 0; ; tries++)
            try
            {
                new ReceptionCounts(faulty, clock).CloseAsync(ControlSet.None, default).GetAwaiter().GetResult();
                break;
            }
            catch (IOException) when (tries < 1000) { }
        Assert.DoesNotContain(rows.All(Tables.Receptions), row => row.Partition.StartsWith(ReceptionRows.Sent, StringComparison.Ordinal));
        var sums = new ReceptionCounts(rows, clock).ReadAsync(TimeSpan.FromDays(1), ControlSet.None, default).GetAwaiter().GetResult();
        Assert.Equal(
            counts.GroupBy(count => (count.Journey, count.Topic, count.Domain)).Select(group => new Reception(group.Key.Journey, group.Key.Topic, group.Key.Domain, group.Count())).ToHashSet(),
            sums.ToHashSet());
    }, iter: 300);
}
