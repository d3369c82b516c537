using System.Diagnostics;

namespace MarketingAutomation.EndToEnd;

/// <summary>Waits for what another process does, by asking.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks until it holds; fails where it does not in time.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> ask, string failure, TimeSpan within, CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await ask())
        {
            if (Stopwatch.GetElapsedTime(since) > within) Assert.Fail(failure);
            await Task.Delay(Between, ct);
        }
    }
}
