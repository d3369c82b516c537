namespace MarketingAutomation.Bus;

/// <summary>Tries again what only failed in passing.</summary>
/// <param name="queue">For the report.</param>
/// <param name="freshToken">Makes the next try put its claims anew.</param>
internal sealed class AmqpRetry(string queue, AmqpOptions options, TimeProvider clock, Action freshToken)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <exception cref="BusUnavailableException">It kept failing in passing.</exception>
    /// <exception cref="BusFullException"/><exception cref="BusMessageException"/><exception cref="BusEntityException"/><exception cref="BusLockException"/>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken ct)
    {
        var (giveUp, hadFreshToken) = (clock.GetUtcNow() + options.RetryFor, false);
        for (var attempt = 0; ; attempt++)
        {
            AmqpRemedy remedy;
            string condition;
            try
            {
                return await act(ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested && AmqpFault.RemedyFor(fault) is { } found)
            {
                (remedy, condition) = (found, AmqpFault.Condition(fault));
            }
            if (remedy is AmqpRemedy.FreshToken && !hadFreshToken)
            {
                hadFreshToken = true;
                freshToken();
                continue;
            }
            var pause = Pause(attempt, remedy);
            if (remedy is not (AmqpRemedy.Again or AmqpRemedy.SlowDown) || clock.GetUtcNow() + pause > giveUp) throw AmqpFault.Report(queue, remedy, condition);
            await Task.Delay(pause, clock, ct);
        }
    }

    public Task RunAsync(Func<CancellationToken, Task> act, CancellationToken ct) => RunAsync(async ct =>
    {
        await act(ct);
        return true;
    }, ct);

    /// <summary>Doubles from try to try, with a quarter left to chance so that many senders do not come back together.</summary>
    private TimeSpan Pause(int attempt, AmqpRemedy remedy)
    {
        var pause = options.FirstPause * Math.Pow(2, Math.Min(attempt, 16)) * (0.75 + Random.Shared.NextDouble() / 2);
        if (pause > LongestPause) pause = LongestPause;
        return remedy is AmqpRemedy.SlowDown && pause < options.BusyPause ? options.BusyPause : pause;
    }
}
