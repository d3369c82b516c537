using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Storage;

public sealed class ShardMoverTests(Azurite azurite)
{
    private const string Table = "customers", Facts = "facts";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_moved_shard_is_read_from_its_new_account_and_gone_from_the_old_one()
    {
        var (world, store, names) = await WorldAsync();
        var before = await FillAsync(store);
        await ShardWorld.MoveAsync(store, names[1], Ct, 0x30);
        Assert.Equal(before, await ContentAsync(store));
        Assert.Equal(before, await ContentAsync(world.Process()));
        Assert.All(await ShardWorld.HeldAsync(store, names[0], Table, Ct), row => Assert.NotEqual(0x30, Shard.Of(row.Partition)));
        Assert.Contains(await ShardWorld.HeldAsync(store, names[1], Facts, Ct), row => row.Partition == "3~welcome~20260101");
        var map = await store.Maps.ChangeAsync(_ => null, Ct);
        Assert.Equal((new(names[1], 1), null), (map.Shards[0x30], map.Mover));
    }

    [Fact]
    public async Task A_shard_may_come_back()
    {
        var (_, store, names) = await WorldAsync();
        await FillAsync(store);
        await ShardWorld.MoveAsync(store, names[1], Ct, 0x30, 0x31);
        await store.CommitAsync(Table, "30-b", [new Write.Put("state", [9]), new Write.Delete("log-1")], Ct);
        var changed = await ContentAsync(store);
        await ShardWorld.MoveAsync(store, names[0], Ct, 0x30, 0x31);
        Assert.Equal(changed, await ContentAsync(store));
    }

    [Fact]
    public async Task What_an_earlier_stay_has_left_is_not_brought_back_to_life()
    {
        var (_, store, names) = await WorldAsync();
        var before = await FillAsync(store);
        await store.Account(names[1]).CommitAsync(Table, "30-a", [new Write.Put("todo-1", [1]), new Write.Put("state", [66])], Ct); // such as a write that the network delivered very late
        await store.Account(names[1]).CommitAsync("quarantine", "30-a", [new Write.Put("x", [1])], Ct);
        Assert.Equal(before, await ContentAsync(store));
        await ShardWorld.MoveAsync(store, names[1], Ct, 0x30);
        Assert.Equal(before, await ContentAsync(store));
        Assert.Empty(await store.ReadRangeAsync("quarantine", "30-a", "", "~", Ct));
    }

    [Fact]
    public async Task A_move_is_called_off_by_naming_where_the_shard_lives()
    {
        var (world, store, names) = await WorldAsync();
        var before = await FillAsync(store);
        await DieAsync(world.ProcessThatDies(atWrite: 3, lastArrives: true), names[1]);
        Assert.Equal(ShardPhase.Copying, (await store.Maps.ChangeAsync(_ => null, Ct)).Shards[0x30].Phase);
        var fault = await Assert.ThrowsAsync<ShardMoveException>(() => ShardWorld.MoveAsync(store, names[2], Ct, 0x30));
        Assert.Contains(names[1], fault.Message, StringComparison.Ordinal);
        await ShardWorld.MoveAsync(world.Process(), names[0], Ct, 0x30);
        Assert.Equal(before, await ContentAsync(store));
        Assert.DoesNotContain(await ShardWorld.HeldAsync(store, names[1], Table, Ct), row => Shard.Of(row.Partition) == 0x30);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_move_that_is_killed_at_any_step_goes_on(bool lastArrives)
    {
        var (world, store, names) = await WorldAsync(ShardWorld.Quick with { Lease = TimeSpan.FromMilliseconds(10), Beat = TimeSpan.FromMinutes(1), Death = TimeSpan.FromMilliseconds(20) });
        var before = await FillAsync(store);
        var writes = 1;
        for (var (from, to) = (names[0], names[1]); !await DieAsync(world.ProcessThatDies(writes, lastArrives), to); (from, to) = (to, from))
        {
            Assert.Equal(before, await ContentAsync(store));
            await ShardWorld.MoveAsync(world.Process(), to, Ct, 0x30);
            Assert.Equal(before, await ContentAsync(store));
            Assert.DoesNotContain(await ShardWorld.HeldAsync(store, from, Table, Ct), row => Shard.Of(row.Partition) == 0x30);
            writes++;
        }
        Assert.InRange(writes, 15, 100);
        Assert.Equal(before, await ContentAsync(store));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_lost_or_doubled_when_shards_move_under_load_with_movers_killed_and_answers_lost(int seed)
    {
        var (world, store, names) = await WorldAsync();
        var (load, random) = (new ShardWorkload(seed), new Random(seed));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var requests = seed;
        ValueTask<Fault> Faults(Azure.Core.Request _) => ValueTask.FromResult(Interlocked.Increment(ref requests) % 41 == 0 ? (Fault)(requests / 41 % Enum.GetValues<Fault>().Length) : Fault.None);
        List<Task> all = [.. Enumerable.Range(0, 4).Select(i => Task.Run(() => load.WriteAsync(world.Process(Faults), end.Token), Ct)), Task.Run(() => load.ScanAsync(world.Process(), ShardWorld.Quick.LeasesOver, end.Token), Ct)];
        for (var moves = 0; moves < 6; moves++)
        {
            var (shard, to) = (random.Next(4) == 0 ? 0xc0 : 0x40 + random.Next(2), names[random.Next(names.Length)]);
            while (true)
            {
                var mover = random.Next(3) == 0 ? world.Process() : world.ProcessThatDies(random.Next(1, 12), lastArrives: random.Next(2) == 0);
                try
                {
                    await ShardWorld.MoveAsync(mover, to, Ct, shard);
                    break;
                }
                catch (StoreBusyException) { } // dead, or taken for dead
            }
        }
        await end.CancelAsync();
        await Task.WhenAll(all);
        Assert.InRange(load.Done, 20, int.MaxValue);
        await load.CheckAsync(world.Process(), Ct);
        await load.CheckAsync(store, Ct);
    }

    [Fact]
    public async Task A_write_that_arrives_after_its_shard_has_moved_is_made_again_where_the_shard_is()
    {
        var (world, store, names) = await WorldAsync();
        await FillAsync(store);
        var (sent, mayArrive) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writer = world.Process(async request =>
        {
            if (!FaultyTransport.IsCommit(request) || !sent.TrySetResult()) return Fault.None;
            await mayArrive.Task;
            return Fault.None;
        });
        var write = writer.CommitAsync(Table, "30-a", [new Write.Put("late", [1])], Ct);
        await sent.Task;
        await ShardWorld.MoveAsync(store, names[1], Ct, 0x30);
        mayArrive.SetResult();
        await write;
        Assert.Equal([1], (await store.ReadAsync(Table, "30-a", "late", Ct))!.Value);
        Assert.NotNull(await store.Account(names[0]).ReadAsync(Table, "30-a", "late", Ct)); // it did arrive, where nobody looks
        await ShardWorld.MoveAsync(store, names[0], Ct, 0x30);
        Assert.Equal([1], (await store.ReadAsync(Table, "30-a", "late", Ct))!.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_was_copied_before_its_answer_came_is_not_made_twice(bool overtaken)
    {
        var (world, store, names) = await WorldAsync();
        await FillAsync(store);
        var (done, mayAnswer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (first, copy) = (true, world.Process());
        var state = (await store.ReadAsync(Table, "30-a", "state", Ct))!;
        var writer = world.Process(async request =>
        {
            if (!FaultyTransport.IsCommit(request) || !first) return Fault.None;
            first = false;
            await copy.Account(names[0]).CommitAsync(Table, "30-a", [new Write.Replace("state", [7], state.ETag), new Write.Insert("log-9", [])], Commit, sent: false, Ct); // arrives…
            done.SetResult();
            await mayAnswer.Task;
            return Fault.Cut;                                                                                                               // …and its answer does not
        });
        var write = ((Func<Task>)(() => CommitAsync(writer, [new Write.Replace("state", [7], state.ETag), new Write.Insert("log-9", [])])))();
        await done.Task;
        await ShardWorld.MoveAsync(store, names[1], Ct, 0x30);
        if (overtaken) await store.CommitAsync(Table, "30-a", [new Write.Put("state", [8])], Ct);
        mayAnswer.SetResult();
        await write;
        Assert.Equal([overtaken ? (byte)8 : (byte)7], (await store.ReadAsync(Table, "30-a", "state", Ct))!.Value);
    }

    private static readonly Guid Commit = Guid.NewGuid();

    private static Task CommitAsync(ShardedPartitionStore store, Write[] writes) => store.CommitAsync(Table, "30-a", writes, Commit, Ct);

    [Fact]
    public async Task Who_comes_while_a_shard_is_closed_waits_and_is_told_to_come_later_when_it_takes_too_long()
    {
        var (world, store, _) = await WorldAsync();
        await FillAsync(store);
        await store.Maps.ChangeAsync(map => map.With(0x30, map.Shards[0x30] with { Phase = ShardPhase.Closed, Closings = 1 }) with { Mover = "alive" }, Ct);
        var hasty = world.Process(times: ShardWorld.Quick with { Pause = TimeSpan.FromMilliseconds(50), Death = TimeSpan.FromHours(1) });
        await Assert.ThrowsAsync<StoreBusyException>(() => hasty.ReadAsync(Table, "30-a", "state", Ct));
        await Assert.ThrowsAsync<StoreBusyException>(() => hasty.CommitAsync(Table, "30-a", [new Write.Put("a", [])], Ct));
        Assert.NotNull(await hasty.ReadAsync(Table, "31-a", "state", Ct));
        var patient = world.Process(times: ShardWorld.Quick with { Death = TimeSpan.FromHours(1) });
        var write = patient.CommitAsync(Table, "30-a", [new Write.Put("a", [])], Ct);
        await store.Maps.ChangeAsync(map => map.WithoutMover(), Ct);
        await write;
    }

    [Fact]
    public async Task A_shard_that_a_dead_mover_left_closed_is_opened_by_those_who_wait()
    {
        var (world, store, _) = await WorldAsync();
        await FillAsync(store);
        await store.Maps.ChangeAsync(map => map.With(0x30, map.Shards[0x30] with { Phase = ShardPhase.Closed, Closings = 1, Other = "x" }) with { Mover = "dead" }, Ct);
        await world.Process().CommitAsync(Table, "30-a", [new Write.Put("a", [])], Ct);
        var map = await store.Maps.ChangeAsync(_ => null, Ct);
        Assert.Equal((ShardPhase.Copying, null), (map.Shards[0x30].Phase, map.Mover));
    }

    [Fact]
    public async Task A_map_is_not_relied_on_longer_than_its_lease_by_either_clock()
    {
        var (world, _, _) = await WorldAsync();
        var (clock, reads) = (new FakeTimeProvider(), 0);
        var store = world.Process(request => ValueTask.FromResult(request.Uri.Path.Contains(ShardMaps.Table, StringComparison.Ordinal) && Interlocked.Increment(ref reads) < 0 ? Fault.Cut : Fault.None), clock, ShardTimes.Default);
        await store.Maps.LeaseAsync(Ct);
        var read = reads;
        await store.Maps.LeaseAsync(Ct);
        Assert.Equal(read, reads);
        clock.Advance(ShardTimes.Default.Lease);
        await store.Maps.LeaseAsync(Ct);
        Assert.Equal(++read, reads);
        clock.AdjustTime(clock.GetUtcNow() + ShardTimes.Default.Lease); // the wall clock alone, as after a sleep
        await store.Maps.LeaseAsync(Ct);
        Assert.Equal(++read, reads);
    }

    private async Task<(ShardWorld, ShardedPartitionStore, string[])> WorldAsync(ShardTimes? times = null)
    {
        var world = new ShardWorld(await azurite.TakeAccountsAsync(3), times ?? ShardWorld.Quick);
        var store = world.Process();
        return (world, store, [.. store.AccountNames]);
    }

    // Shards 30 and 31 begin in the first account.
    private static async Task<string> FillAsync(ShardedPartitionStore store)
    {
        foreach (var partition in (string[])["30-a", "30-b", "30-z", "30", "30~x", "31-a", "f0-a", "other"])
            await store.CommitAsync(Table, partition, [new Write.Insert("state", [1]), new Write.Insert("log-1", new byte[100_000]), new Write.Insert("log-2", [3])], Ct);
        await store.CommitAsync(Facts, "3~welcome~20260101", [new Write.Insert("run", [1])], Ct);
        return await ContentAsync(store);
    }

    private static async Task<string> ContentAsync(ShardedPartitionStore store)
    {
        var content = new StringBuilder();
        foreach (var table in (string[])[Table, Facts])
            await foreach (var row in store.ScanAsync(table, "", "~", Ct)) content.AppendLine($"{table} {row.Partition} {row.Key} {row.Value.Length} {row.Value.FirstOrDefault()}");
        return content.ToString();
    }

    // Whether it came through.
    private static async Task<bool> DieAsync(ShardedPartitionStore dying, string to)
    {
        try
        {
            await ShardWorld.MoveAsync(dying, to, Ct, 0x30);
            return true;
        }
        catch (StoreBusyException)
        {
            return false;
        }
    }
}
