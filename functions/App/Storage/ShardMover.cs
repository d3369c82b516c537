namespace MarketingAutomation.Storage;

/// <summary>Moves shards from account to account while they are in use. May be killed at any step: the next one goes on from what the map says.</summary>
/// <remarks>
/// There is one mover at a time. It signs the map before it sends anything that is older than a few seconds since its last sign; who finds it silent for
/// <see cref="ShardTimes.Death"/>, which is longer than any request of its may live, takes over or opens what it has closed. What it writes
/// replaces only what it has seen, and only in accounts that do not count, so that two movers, if there were two, would at worst do work twice.
/// </remarks>
internal sealed class ShardMover(ShardedPartitionStore store, Action<string> say, TimeProvider clock)
{
    // A closed shard's rest is copied in the time of reading its keys when so few rows differ before.
    private const int FewRows = 1000, MostPasses = 8;

    private readonly string _me = Guid.NewGuid().ToString("n");
    private readonly Lock _lock = new();
    private Task? _signing;
    private long _signed;

    private ShardMaps Maps => store.Maps;

    /// <summary>Moves the shards, one after the other. A shard that lives there is left alone; a move elsewhere that has not ended is called off by naming the account the shard lives in.</summary>
    /// <exception cref="ShardMoveException">A shard is on its way to another account.</exception>
    /// <exception cref="StoreBusyException">An account does not answer; nothing is lost, and the same call goes on.</exception>
    public async Task MoveAsync(IReadOnlyList<int> shards, string to, CancellationToken ct)
    {
        store.Account(to);
        await TakeOverAsync(ct);
        try
        {
            foreach (var (done, shard) in shards.Index())
            {
                say($"shard {shard:x2} to {to}, {done} of {shards.Count} done");
                await MoveAsync(shard, to, ct);
            }
            await ChangeAsync(map => map with { Mover = null }, ct);
        }
        catch
        {
            await ReopenAsync();
            throw;
        }
    }

    private async Task MoveAsync(int shard, string to, CancellationToken ct)
    {
        while (true)
        {
            var home = (await ChangeAsync(_ => null, ct)).Shards[shard];
            switch (home)
            {
                case { Phase: ShardPhase.Still } when home.Account == to:
                    return;
                case { Phase: ShardPhase.Still }:
                    await ChangeAsync(map => map.With(shard, home with { Phase = ShardPhase.Copying, Other = to }), ct);
                    break;
                case { Phase: ShardPhase.Clearing, Other: { } other }:
                    await PassLeasesAsync(ct); // scans may still be reading there
                    await CopyOf(shard, home.Account, other).ClearAsync(ct);
                    await ChangeAsync(map => map.With(shard, home with { Phase = ShardPhase.Still, Other = null }), ct);
                    break;
                case { Other: { } other } when home.Account == to:
                    await ChangeAsync(map => map.With(shard, home with { Phase = ShardPhase.Clearing }), ct);
                    say($"shard {shard:x2} stays in {to}; its copy in {other} is removed");
                    break;
                case { Other: { } other } when other != to:
                    throw new ShardMoveException(shard, home.Account, other);
                case { Phase: ShardPhase.Copying }:
                    await CopyWhileInUseAsync(CopyOf(shard, home.Account, to), ct);
                    await ChangeAsync(map => map.With(shard, home with { Phase = ShardPhase.Closed, Closings = home.Closings + 1 }), ct);
                    break;
                case { Phase: ShardPhase.Closed }:
                    await PassLeasesAsync(ct);
                    var copy = CopyOf(shard, home.Account, to);
                    while (await copy.PassAsync(ct) > 0) { }
                    await ChangeAsync(map => map.With(shard, new(to, home.Closings, ShardPhase.Clearing, home.Account)), ct);
                    break;
            }
        }
    }

    private static async Task CopyWhileInUseAsync(ShardCopy copy, CancellationToken ct)
    {
        for (var passes = 1; await copy.PassAsync(ct) > FewRows && passes < MostPasses; passes++) { }
    }

    private ShardCopy CopyOf(int shard, string from, string to) => new(shard, store.Account(from), store.Account(to), SignAsync, Maps.Times.Request, rows => say($"shard {shard:x2}, {rows:#,##0} rows"));

    // Until nobody relies on a map from before.
    private async Task PassLeasesAsync(CancellationToken ct)
    {
        for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < Maps.Times.LeasesOver;)
        {
            await SignAsync(ct);
            await Task.Delay(Maps.Times.Look, clock, ct);
        }
    }

    private async Task TakeOverAsync(CancellationToken ct)
    {
        for (var waiting = false; ; waiting = true)
        {
            var seen = await Maps.ChangeAsync(_ => null, ct);
            if (seen.Mover is null || Maps.IsDead(seen))
            {
                var signed = clock.GetTimestamp();
                var taken = await Maps.ChangeAsync(map => (map.Mover, map.Beat) == (seen.Mover, seen.Beat) ? map.WithoutMover() with { Mover = _me, Beat = map.Beat + 1 } : null, ct);
                if (taken.Mover == _me)
                {
                    _signed = signed;
                    return;
                }
            }
            if (!waiting) say($"waiting until another mover is done, or has been silent for {Maps.Times.Death.TotalSeconds:0} seconds");
            await Task.Delay(Maps.Times.Look, clock, ct);
        }
    }

    // Callers need not wait for our death. We stay the mover until then: a request of ours may still be on its way.
    private Task ReopenAsync() => Maps.ChangeAsync(map => map.Mover == _me ? map.WithoutMover() with { Mover = _me } : null, CancellationToken.None);

    /// <summary>Gives a sign of life where the last one is old.</summary>
    private Task SignAsync(CancellationToken ct)
    {
        if (clock.GetElapsedTime(Volatile.Read(ref _signed)) <= Maps.Times.Beat) return Task.CompletedTask;
        lock (_lock) return _signing is { IsCompleted: false } ? _signing : _signing = ChangeAsync(map => map, ct);
    }

    /// <summary>Changes the map, and with it gives a sign of life, unless somebody else has become the mover.</summary>
    private async Task<ShardMap> ChangeAsync(Func<ShardMap, ShardMap?> change, CancellationToken ct)
    {
        var signed = clock.GetTimestamp();
        var map = await Maps.ChangeAsync(now => now.Mover != _me ? throw new StoreBusyException("Another process has taken over moving shards.") : change(now) is { } changed ? changed with { Beat = now.Beat + 1 } : null, ct);
        Volatile.Write(ref _signed, signed);
        return map;
    }
}

/// <summary>A shard that is on its way to one account cannot go to another.</summary>
internal sealed class ShardMoveException(int shard, string from, string to) : Exception($"Shard {shard:x2} is on its way from {from} to {to}. Move it to {to} to end that, or to {from} to call it off.");
