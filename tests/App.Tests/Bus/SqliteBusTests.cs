using MarketingAutomation.Storage;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Bus;

public sealed class SqliteBusTests : BusContract, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly SqliteFile _file;
    private readonly SqliteBus _bus;

    public SqliteBusTests() => _bus = new(_file = new(_folder.File, durable: false), _clock);

    private protected override IBus Bus => _bus;

    private protected override IDeadLetters DeadLetters => _bus;

    private protected override string Queue => "events";

    private protected override string OtherQueue => "wakes";

    private protected override DateTimeOffset Now => _clock.GetUtcNow();

    private protected override Task ElapseAsync(TimeSpan span)
    {
        _clock.Advance(span);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public Task Any_sequence_of_sends_and_receives_gives_what_a_plain_list_would() => BusModel.Steps.SampleAsync(BusModel.CheckAsync, iter: 150);

    [Fact]
    public async Task Messages_come_oldest_due_time_first_and_then_as_they_were_sent()
    {
        await SendAsync((3, TimeSpan.FromSeconds(-1)), (1, TimeSpan.FromSeconds(-3)), (4, TimeSpan.Zero), (2, TimeSpan.FromSeconds(-2)));
        await SendAsync((5, TimeSpan.Zero), (6, TimeSpan.Zero));
        Assert.Equal([1, 2, 3], Numbers(await ReceiveAsync(most: 3)));
        Assert.Equal([4, 5], Numbers(await ReceiveAsync(most: 2)));
        Assert.Equal([6], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task The_next_due_time_is_the_earliest_of_all_queues()
    {
        Assert.Null(await _bus.NextDueAsync(Ct));
        await SendAsync((1, TimeSpan.FromMinutes(9)));
        await Bus.SendAsync(OtherQueue, [new([2], Now + TimeSpan.FromMinutes(5)), new([3], Now + TimeSpan.FromMinutes(7))], Ct);
        Assert.Equal(Now + TimeSpan.FromMinutes(5), await _bus.NextDueAsync(Ct));
    }

    [Fact]
    public async Task The_next_due_time_counts_a_locked_message_from_the_end_of_its_lock()
    {
        await SendAsync(1);
        Assert.True(await _bus.NextDueAsync(Ct) <= Now);
        var messages = await ReceiveAsync();
        Assert.Equal(Now + LockFor, await _bus.NextDueAsync(Ct));
        await Bus.CompleteAsync(messages, Ct);
        Assert.Null(await _bus.NextDueAsync(Ct));
    }

    [Fact]
    public async Task A_message_whose_lock_ended_is_back_in_its_old_place()
    {
        await SendAsync((1, TimeSpan.FromSeconds(-9)));
        await ReceiveAsync();
        await ElapseAsync(LockFor);
        await SendAsync((3, TimeSpan.Zero), (2, TimeSpan.FromSeconds(-1)));
        Assert.Equal([1, 2, 3], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task A_due_time_is_kept_to_the_tick()
    {
        var due = Now.AddTicks(3);
        await Bus.SendAsync(Queue, [new([1], due.ToOffset(TimeSpan.FromHours(8)))], Ct);
        Assert.Equal(due, await _bus.NextDueAsync(Ct));
        await ElapseAsync(TimeSpan.FromTicks(2));
        Assert.Empty(await ReceiveAsync());
        await ElapseAsync(TimeSpan.FromTicks(1));
        Assert.Single(await ReceiveAsync());
    }

    [Fact]
    public async Task Messages_locks_and_delivery_counts_outlive_the_process()
    {
        await SendAsync(1, 2);
        var taken = await ReceiveAsync(most: 1);
        _file.Dispose();
        using var file = new SqliteFile(_folder.File);
        var bus = new SqliteBus(file, _clock);
        Assert.Equal([2], Numbers(await bus.ReceiveAsync(Queue, 10, LockFor, Ct)));
        await ElapseAsync(LockFor);
        Assert.Equal([2, 2], (await bus.ReceiveAsync(Queue, 10, LockFor, Ct)).Select(message => message.DeliveryCount));
        await bus.CompleteAsync(taken, Ct);
        Assert.Equal(new(0, 0, 2, 0), await bus.CountAsync(Queue, Ct));
    }

    [Fact]
    public async Task A_server_that_starts_alone_gets_what_a_dead_one_had_received()
    {
        await SendAsync(1, 2);
        await ReceiveAsync(most: 1);
        var next = new SqliteBus(_file, _clock);
        Assert.NotEqual(_bus.OwnerId, next.OwnerId);
        await next.ReceiveAsync(Queue, 1, LockFor, Ct);
        Assert.Equal(1, await next.ReleaseLocksOfOthersAsync(Ct));
        var freed = Assert.Single(await next.ReceiveAsync(Queue, 10, LockFor, Ct));
        Assert.Equal((1, 2), (freed.Body[0], freed.DeliveryCount));
    }

    [Fact]
    public async Task What_another_process_sends_is_noticed_within_half_a_second()
    {
        using var file = new SqliteFile(_folder.File, durable: false);
        var other = new SqliteBus(file, _clock);
        var waiting = Bus.WaitAsync(Queue, Ct);
        await other.SendAsync(Queue, [new([1])], Ct);
        await ElapseAsync(TimeSpan.FromMilliseconds(499));
        Assert.False(waiting.IsCompleted);
        await ElapseAsync(TimeSpan.FromMilliseconds(1));
        await SoonAsync(waiting);
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task Everybody_who_waits_on_a_queue_is_told()
    {
        Task[] waiting = [.. Enumerable.Range(0, 5).Select(_ => Bus.WaitAsync(Queue, Ct))];
        await SendAsync(1);
        await SoonAsync(Task.WhenAll(waiting));
    }

    [Fact]
    public async Task An_idle_queue_costs_no_write()
    {
        await SendAsync((1, TimeSpan.FromHours(1)));
        var before = _file.Commits;
        for (var i = 0; i < 10; i++) Assert.Empty(await ReceiveAsync());
        await Bus.CompleteAsync([], Ct);
        await Bus.AbandonAsync([], TimeSpan.Zero, Ct);
        Assert.Equal(before, _file.Commits);
    }

    [Fact]
    public async Task Completing_shares_its_transaction_with_whatever_else_is_written()
    {
        var store = new SqlitePartitionStore(_file);
        await store.CommitAsync("rows", "p", [new Write.Put("a", [])], Ct);
        await SendAsync(1, 2);
        var taken = await ReceiveAsync();
        var before = _file.Commits;
        Task[] all;
        using (await PausedWriter.PauseAsync(_file))
            all = [Bus.CompleteAsync(taken, Ct), store.CommitAsync("rows", "p", [new Write.Put("a", [])], Ct), SendAsync(3)];
        await Task.WhenAll(all);
        Assert.Equal(2, _file.Commits - before); // the paused one and all the others
    }

    [Fact]
    public async Task A_queue_tells_how_many_messages_are_where()
    {
        await SendAsync((1, TimeSpan.Zero), (2, TimeSpan.Zero), (3, TimeSpan.Zero), (4, TimeSpan.Zero), (5, TimeSpan.FromHours(1)));
        await Bus.DeadLetterAsync((await ReceiveAsync(most: 1))[0], "poison", Ct);
        await ReceiveAsync(most: 2);
        Assert.Equal(new(Waiting: 1, Scheduled: 1, Locked: 2, Dead: 1), await _bus.CountAsync(Queue, Ct));
        await ElapseAsync(LockFor);
        Assert.Equal(new(Waiting: 3, Scheduled: 1, Locked: 0, Dead: 1), await _bus.CountAsync(Queue, Ct));
        Assert.Equal(new(0, 0, 0, 0), await _bus.CountAsync(OtherQueue, Ct));
    }

    [Fact]
    public async Task A_dead_letter_discarded_leaves_nothing_behind()
    {
        await SendAsync(1);
        await Bus.DeadLetterAsync((await ReceiveAsync())[0], "poison", Ct);
        await DeadLetters.DiscardAsync((await DeadLetters.DeadLettersAsync(Queue, 10, Ct))[0], Ct);
        Assert.Equal(new(0, 0, 0, 0), await _bus.CountAsync(Queue, Ct));
        Assert.Equal(0, BodiesLeft());
    }

    [Fact]
    public async Task A_long_backlog_drains_in_order_leaving_nothing_behind_and_holding_only_what_was_taken()
    {
        const int Messages = 30_000;
        for (var i = 0; i < Messages; i += 1000)
            await Bus.SendAsync(Queue, [.. Enumerable.Range(i, 1000).Select(n => new BusMessage(BitConverter.GetBytes(n)))], Ct);
        var (next, bodies) = (0, new List<WeakReference>());
        while (await ReceiveAsync() is [_, ..] messages)
        {
            foreach (var message in messages) Assert.Equal(next++, BitConverter.ToInt32(message.Body));
            bodies.AddRange(messages.Select(message => new WeakReference(message.Body)));
            await Bus.CompleteAsync(messages, Ct);
            if (next % 3000 != 0) continue;
            GC.Collect();
            Assert.InRange(bodies.Count(body => body.IsAlive), 0, 300); // what was just taken, and little more
        }
        Assert.Equal(Messages, next);
        Assert.Equal(0, BodiesLeft());
    }

    [Fact]
    public async Task A_lock_that_is_not_of_this_bus_harms_nobody()
    {
        await SendAsync(1);
        var taken = (await ReceiveAsync())[0];
        await Assert.ThrowsAsync<FormatException>(async () => await Bus.CompleteAsync([taken with { Lock = "nonsense" }], Ct));
        await Bus.CompleteAsync([taken], Ct);
        Assert.Null(await _bus.NextDueAsync(Ct));
    }

    [Fact]
    public async Task Nothing_works_once_the_file_is_closed()
    {
        await SendAsync(1);
        var taken = await ReceiveAsync();
        var waiting = Bus.WaitAsync(Queue, Ct);
        _file.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SendAsync(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReceiveAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Bus.CompleteAsync(taken, Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _bus.NextDueAsync(Ct));
        await ElapseAsync(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    private long BodiesLeft() => _file.Read(session =>
    {
        using var rows = session.Query("SELECT count(*) FROM bus_bodies");
        return rows.Read() ? rows.Number(0) : -1;
    });
}
