namespace MarketingAutomation.Storage;

/// <summary>The shard map as stored, in the first account, and as this process knows it.</summary>
/// <param name="deal">The map of a new deployment.</param>
internal sealed class ShardMaps(IPartitionStore first, Func<ShardMap> deal, ShardTimes times, TimeProvider clock)
{
    public const string Table = "shards";

    private const string Partition = "map", Key = "map";

    private readonly Lock _lock = new();
    private ShardLease? _lease;
    private Task<ShardLease>? _reading;
    private (string? Mover, long Beat, long Since) _sign;

    public ShardTimes Times => times;

    /// <summary>A map that may be relied on at this moment.</summary>
    public async ValueTask<ShardLease> LeaseAsync(CancellationToken ct)
    {
        while (true)
        {
            var lease = _lease;
            if (lease is not null && Age(lease) < times.Lease)
            {
                if (Age(lease) > times.Lease / 2) _ = ReadSharedAsync(); // in the background; if it fails, the next who needs it learns so
                return lease;
            }
            lease = await ReadSharedAsync().WaitAsync(ct);
            if (Age(lease) < times.Lease) return lease;
        }
    }

    /// <summary>Asks for the map anew.</summary>
    public Task RenewAsync(CancellationToken ct) => ReadSharedAsync().WaitAsync(ct);

    /// <summary>Changes the map; starts over when somebody else was first.</summary>
    /// <param name="change">May be asked several times; null leaves the map as it is.</param>
    /// <returns>The map as stored afterwards.</returns>
    public async Task<ShardMap> ChangeAsync(Func<ShardMap, ShardMap?> change, CancellationToken ct)
    {
        while (true)
        {
            var lease = await ReadAsync(ct);
            if (change(lease.Map) is not { } changed) return lease.Map;
            try
            {
                await first.CommitAsync(Table, Partition, [new Write.Replace(Key, changed.Write(), lease.ETag)], ct);
                return changed;
            }
            catch (CommitConflictException) { } // somebody else changed it: look again
        }
    }

    /// <summary>Opens what a dead mover has left closed, once it has been silent for <see cref="ShardTimes.Death"/>.</summary>
    public async Task RescueAsync(ShardMap map, CancellationToken ct)
    {
        if (!IsDead(map)) return;
        await ChangeAsync(now => (now.Mover, now.Beat) == (map.Mover, map.Beat) ? now.WithoutMover() : null, ct);
    }

    /// <summary>Whether the map's mover has given no sign of life for long, as far as this process has watched.</summary>
    public bool IsDead(ShardMap map)
    {
        lock (_lock)
        {
            if ((map.Mover, map.Beat) != (_sign.Mover, _sign.Beat)) _sign = (map.Mover, map.Beat, clock.GetTimestamp());
            return clock.GetElapsedTime(_sign.Since) > times.Death;
        }
    }

    private Task<ShardLease> ReadSharedAsync()
    {
        lock (_lock) return _reading is { IsCompleted: false } ? _reading : _reading = ReadAsync(CancellationToken.None);
    }

    private async Task<ShardLease> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var (at, utc) = (clock.GetTimestamp(), clock.GetUtcNow()); // before the question: the answer is true of a later instant
            if (await first.ReadAsync(Table, Partition, Key, ct) is { } row)
            {
                var lease = new ShardLease(ShardMap.Read(row.Value), row.ETag, at, utc);
                lock (_lock)
                    if (_lease is null || _lease.At < at) _lease = lease;
                return lease;
            }
            try
            {
                await first.CommitAsync(Table, Partition, [new Write.Insert(Key, deal().Write())], ct);
            }
            catch (CommitConflictException) { } // another process was first: take that one
        }
    }

    // By both clocks, because the even one may stand still while a machine sleeps.
    private TimeSpan Age(ShardLease lease)
    {
        var (even, wall) = (clock.GetElapsedTime(lease.At), clock.GetUtcNow() - lease.Utc);
        return even > wall ? even : wall;
    }
}

/// <param name="At">Timestamp taken before the map was asked for.</param>
/// <param name="Utc">The same instant by the wall clock.</param>
internal sealed record ShardLease(ShardMap Map, string ETag, long At, DateTimeOffset Utc);
