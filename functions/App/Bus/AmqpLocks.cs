using System.Collections.Concurrent;

namespace MarketingAutomation.Bus;

/// <summary>The messages we hold under lock. A lock of the queue that is shorter than what was asked for is renewed until then.</summary>
internal sealed class AmqpLocks : IDisposable
{
    // A settlement that comes a little late still finds its link; what is older than that is forgotten.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1), LongestTick = TimeSpan.FromSeconds(10), ShortestTick = TimeSpan.FromSeconds(1);

    private sealed record Hold(AmqpHeld Held, DateTimeOffset Until, TimeSpan Span);

    private readonly ConcurrentDictionary<string, Hold> _holds = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private readonly Func<string, AmqpQueue> _queues;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private TimeSpan _tick = Timeout.InfiniteTimeSpan; // none while nothing is held

    public AmqpLocks(Func<string, AmqpQueue> queues, TimeProvider clock)
    {
        (_queues, _clock) = (queues, clock);
        _timer = clock.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Keep(List<AmqpHeld> messages, TimeSpan lockFor)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            foreach (var held in messages)
            {
                var span = held.LockedUntil - now;
                _holds[held.Lock] = new(held, now + lockFor, span);
                if (held.LockedUntil != DateTimeOffset.MaxValue) TickEvery(span / 6);
            }
        }
    }

    /// <summary>Null where the message was not received here, or too long ago.</summary>
    public AmqpHeld? Find(string token) => _holds.GetValueOrDefault(token)?.Held;

    public void Forget(string token) => _holds.TryRemove(token, out _);

    public void Dispose()
    {
        _closed.Cancel();
        _timer.Dispose();
        _closed.Dispose();
    }

    private void TickEvery(TimeSpan tick)
    {
        tick = tick < ShortestTick ? ShortestTick : tick > LongestTick ? LongestTick : tick;
        if (_tick != Timeout.InfiniteTimeSpan && _tick <= tick) return;
        _timer.Change(_tick = tick, tick);
    }

    private void Tick()
    {
        var now = _clock.GetUtcNow();
        foreach (var (token, hold) in _holds)
            if (hold.Held.LockedUntil != DateTimeOffset.MaxValue && hold.Held.LockedUntil + Grace < now) Forget(token);
        lock (_gate)
        {
            if (_holds.IsEmpty) _timer.Change(_tick = Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        foreach (var queue in _holds.Values.Where(hold => IsDue(hold, now)).GroupBy(hold => hold.Held.Address)) _ = RenewAsync(queue.Key, [.. queue]);
    }

    /// <summary>Half of the lock is over, and it ends noticeably before it may. Whether it has ended is the service's to say: clocks differ.</summary>
    private static bool IsDue(Hold hold, DateTimeOffset now) =>
        hold.Held.LockedUntil - now <= hold.Span / 2 && hold.Until - hold.Held.LockedUntil > hold.Span / 10;

    private async Task RenewAsync(string address, IReadOnlyList<Hold> holds)
    {
        try
        {
            var ends = await _queues(address).Management.RenewAsync([.. holds.Select(hold => hold.Held.Token)], _closed.Token);
            foreach (var (hold, end) in holds.Zip(ends)) hold.Held.LockedUntil = end;
        }
        catch (Exception fault) when (AmqpFault.RemedyFor(fault) is { } remedy)
        {
            // Whatever else it was, the next tick tries again while the lock lasts.
            if (remedy is not AmqpRemedy.LockLost) return;
            if (holds is [var lost]) Forget(lost.Held.Lock);
            else foreach (var hold in holds) await RenewAsync(address, [hold]);
        }
    }
}
