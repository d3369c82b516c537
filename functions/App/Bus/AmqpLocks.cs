using System.Collections.Concurrent;

namespace MarketingAutomation.Bus;

/// <summary>The messages we hold under lock. A lock of the queue that is shorter than what was asked for is renewed until then.</summary>
internal sealed class AmqpLocks(Func<string, AmqpQueue> queues, TimeProvider clock, CancellationToken closed)
{
    // A settlement that comes a little late still finds its link; what is older than that is forgotten.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1), LongestTick = TimeSpan.FromSeconds(10), ShortestTick = TimeSpan.FromMilliseconds(50);

    private sealed record Hold(AmqpHeld Held, DateTimeOffset Until, TimeSpan Span);

    private readonly ConcurrentDictionary<string, Hold> _holds = new(StringComparer.Ordinal);
    private int _watching;

    /// <summary>Locks that ended although they were to be renewed.</summary>
    public long Lost { get; private set; }

    public void Keep(List<AmqpHeld> messages, TimeSpan lockFor)
    {
        var now = clock.GetUtcNow();
        foreach (var held in messages) _holds[held.Lock] = new(held, now + lockFor, held.LockedUntil - now);
        if (messages is not [] && Interlocked.Exchange(ref _watching, 1) == 0) _ = WatchAsync();
    }

    /// <summary>Null where the message was not received here, or too long ago.</summary>
    public AmqpHeld? Find(string token) => _holds.GetValueOrDefault(token)?.Held;

    public void Forget(string token) => _holds.TryRemove(token, out _);

    /// <summary>Looks after the locks for as long as there are any.</summary>
    private async Task WatchAsync()
    {
        while (true)
        {
            var tick = _holds.Values.Select(hold => hold.Span / 6).Append(LongestTick).Min();
            await Task.Delay(tick > ShortestTick ? tick : ShortestTick, clock, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (closed.IsCancellationRequested) return;
            var now = clock.GetUtcNow();
            foreach (var (token, hold) in _holds)
                if (hold.Held.LockedUntil != DateTimeOffset.MaxValue && hold.Held.LockedUntil + Grace < now) Forget(token);
            foreach (var queue in _holds.Values.Where(hold => IsDue(hold, now)).GroupBy(hold => hold.Held.Address)) await RenewAsync(queue.Key, [.. queue]);
            if (!_holds.IsEmpty) continue;
            Volatile.Write(ref _watching, 0);
            if (_holds.IsEmpty || Interlocked.Exchange(ref _watching, 1) == 1) return;
        }
    }

    /// <summary>Half of the lock is over, and it ends noticeably before it may.</summary>
    private static bool IsDue(Hold hold, DateTimeOffset now) =>
        hold.Held.LockedUntil - now < hold.Span / 2 && hold.Held.LockedUntil > now && hold.Until - hold.Held.LockedUntil > hold.Span / 10;

    private async Task RenewAsync(string address, IReadOnlyList<Hold> holds)
    {
        try
        {
            var ends = await queues(address).Management.RenewAsync([.. holds.Select(hold => hold.Held.Token)], closed);
            foreach (var (hold, end) in holds.Zip(ends)) hold.Held.LockedUntil = end;
        }
        catch (Exception fault) when (AmqpFault.RemedyFor(fault) is { } remedy)
        {
            // Whatever else it was, the next tick tries again while the lock lasts.
            if (remedy is not AmqpRemedy.LockLost) return;
            if (holds is [var lost])
            {
                Lost++;
                Forget(lost.Held.Lock);
            }
            else foreach (var hold in holds) await RenewAsync(address, [hold]);
        }
    }
}
