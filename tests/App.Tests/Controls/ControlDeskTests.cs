using MarketingAutomation.Channels;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Controls;

public class ControlDeskTests
{
    private static readonly ControlScope Thanks = ControlScope.OfJourney("thanks");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_of_a_paused_journey_wait_cost_nothing_and_go_once_when_it_goes_on()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.SayAsync(Thanks, Stop.Paused, Ct);
        await shop.AskAsync([1, 2, 3], Ct);
        await shop.AskAsync([4], Ct, "Order Paid");
        Assert.Single(shop.Sent); // the other journey's
        var before = (await shop.RowsAsync(Tables.Customers, Ct)).Select(row => row.ETag).ToList();
        for (var hour = 0; hour < 48; hour++)
        {
            await shop.PassAsync(TimeSpan.FromHours(1), Ct);
            await shop.TickAsync(Ct);
        }
        Assert.Equal(before, (await shop.RowsAsync(Tables.Customers, Ct)).Select(row => row.ETag));
        Assert.Equal(3, (await shop.RowsAsync(Tables.Waiting, Ct)).Count);
        Assert.Single(shop.Sent);

        await shop.SayAsync(Thanks, Stop.None, Ct);
        await shop.PassOnAsync(Ct);
        Assert.Equal(4, shop.Sent.Distinct().Count());
        await shop.SayAsync(Thanks, Stop.None, Ct);
        await shop.PassOnAsync(Ct);
        await shop.TickAsync(Ct);
        Assert.Equal(4, shop.Sent.Count);
        Assert.Empty(await shop.RowsAsync(Tables.Waiting, Ct));
        Assert.Equal(1, Assert.Single((await shop.CustomerAsync(1, Ct)).Deliveries.Values).Attempt);
    }

    [Theory, InlineData(ControlKind.All), InlineData(ControlKind.Channel)]
    public async Task Everything_or_a_channel_stops_all_topics(ControlKind kind)
    {
        var scope = kind == ControlKind.All ? ControlScope.All : ControlScope.OfChannel(ChannelNames.Smtp);
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.SayAsync(scope, Stop.Paused, Ct);
        await shop.AskAsync([1], Ct);
        await shop.AskAsync([1], Ct, "Order Paid");
        Assert.Empty(shop.Sent);
        await shop.SayAsync(scope, Stop.None, Ct);
        await shop.PassOnAsync(Ct);
        Assert.Equal(2, shop.Sent.Distinct().Count());
    }

    [Fact]
    public async Task Another_channel_is_left_alone()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.SayAsync(ControlScope.OfChannel(ChannelNames.SendGrid), Stop.Killed, Ct);
        await shop.AskAsync([1], Ct);
        Assert.Single(shop.Sent);
    }

    [Fact]
    public async Task What_is_killed_is_skipped_what_waited_included_and_stays_so_when_the_journey_goes_on()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.SayAsync(Thanks, Stop.Paused, Ct);
        await shop.AskAsync([1], Ct);
        await shop.SayAsync(Thanks, Stop.Killed, Ct);
        await shop.PassOnAsync(Ct);
        await shop.AskAsync([2], Ct);
        await shop.SayAsync(Thanks, Stop.None, Ct);
        await shop.PassOnAsync(Ct);
        Assert.Empty(shop.Sent);
        var report = await shop.ReportAsync("thanks", Ct);
        Assert.Equal(("killed", 2), Assert.Single(report.SkippedBecause) is var reason ? (reason.Because, (int)reason.Count) : default);
        await shop.AskAsync([3], Ct);
        Assert.Single(shop.Sent);
    }

    [Fact]
    public async Task A_journey_that_goes_on_waits_for_what_else_is_stopped()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.SayAsync(ControlScope.All, Stop.Paused, Ct);
        await shop.SayAsync(Thanks, Stop.Paused, Ct);
        await shop.AskAsync([1], Ct);
        await shop.SayAsync(Thanks, Stop.None, Ct);
        await shop.PassOnAsync(Ct);
        Assert.Empty(shop.Sent);
        await shop.SayAsync(ControlScope.All, Stop.None, Ct);
        await shop.PassOnAsync(Ct);
        Assert.Single(shop.Sent);
    }

    [Fact]
    public async Task Whoever_lifts_a_stop_and_dies_before_saying_so_is_made_up_for_by_the_next_tick()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.SayAsync(Thanks, Stop.Paused, Ct);
        await shop.AskAsync([1], Ct);
        await new ControlStore(shop.Node.Store, shop.Clock).SetAsync(new(Thanks, Stop.None, default, ControlDesk.Command, null), _ => true, Ct);
        await shop.PassAsync(TimeSpan.FromMinutes(5), Ct);
        Assert.Empty(shop.Sent);
        await shop.TickAsync(Ct);
        Assert.Single(shop.Sent);
    }

    [Fact]
    public async Task However_many_wait_they_go_some_hundred_at_a_time()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        await shop.SayAsync(ControlScope.All, Stop.Paused, Ct);
        await shop.AskAsync(Enumerable.Range(0, 1_200), Ct);
        Assert.Equal(1_200, (await shop.RowsAsync(Tables.Waiting, Ct)).Count);
        await shop.SayAsync(ControlScope.All, Stop.None, Ct);
        await shop.PassOnAsync(Ct);
        Assert.Equal((1_200, 1_200), (shop.Sent.Count, shop.Sent.Distinct().Count()));
    }

    [Fact]
    public async Task Every_change_leaves_who_when_and_why_and_what_is_said_twice_is_one_change()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        Assert.True((await shop.Node.Controls.SetAsync(Thanks, Stop.Paused, "command", "wrong price", Ct)).Changed);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((false, "wrong price"), await shop.Node.Controls.SetAsync(Thanks, Stop.Paused, "console", "me too", Ct) is var (now, changed) ? (changed, now.Reason) : default);
        await shop.Node.Controls.SetAsync(Thanks, Stop.None, "console", null, Ct);
        Assert.Empty((await shop.Node.Controls.ReadAsync(Ct)).Standing);
        Assert.Equal(
            [(Stop.None, "console", StoppedShop.Start.AddMinutes(1), null), (Stop.Paused, "command", StoppedShop.Start, "wrong price")],
            (await shop.Node.Controls.HistoryAsync(10, Ct)).Select(change => (change.Stop, change.By, change.Since, change.Reason)));
    }

    [Fact]
    public async Task Of_many_who_say_the_same_at_once_one_changes_it()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        var said = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => shop.SayAsync(Thanks, Stop.Killed, Ct))));
        Assert.Single(said, answer => answer.Changed);
        Assert.Single(await shop.Node.Controls.HistoryAsync(100, Ct));
    }

    [Fact]
    public async Task A_busy_server_reads_what_stands_once_in_five_seconds_and_an_idle_one_never()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        var (store, clock) = (new CountingStore(shop.Node.Store), new FakeTimeProvider(StoppedShop.Start));
        var standing = new StandingControls(new(store, clock), clock);
        for (var second = 0; second <= 60; second++)
        {
            for (var i = 0; i < 100; i++) await standing.NowAsync(Ct);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(store.Take(Tables.Catalogs).Ranges, 10, 13);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, store.Take(Tables.Catalogs).Ranges);
    }

    [Fact]
    public async Task What_a_slow_storage_says_is_not_relied_on_when_it_comes()
    {
        await using var shop = await StoppedShop.OpenAsync(Ct);
        var clock = new FakeTimeProvider(StoppedShop.Start);
        var standing = new StandingControls(new(new SlowStore(shop.Node.Store, () => clock.Advance(TimeSpan.FromSeconds(6))), clock), clock);
        await Assert.ThrowsAsync<StoreBusyException>(async () => await standing.NowAsync(Ct));
    }

    private sealed class SlowStore(IPartitionStore store, Action pass) : IPartitionStore
    {
        public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct) => store.ReadAsync(table, partition, key, ct);

        public async Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct)
        {
            var rows = await store.ReadRangeAsync(table, partition, from, to, ct);
            pass();
            return rows;
        }

        public Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct) => store.CommitAsync(table, partition, writes, ct);

        public IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, CancellationToken ct) => store.ScanAsync(table, fromPartition, toPartition, ct);
    }
}
