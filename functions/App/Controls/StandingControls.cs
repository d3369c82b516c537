using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Controls;

/// <summary>What stands, as this process knows it: read again when it is asked for and older than <see cref="MostAge"/>, so that an idle process reads nothing and a busy one little.</summary>
internal sealed class StandingControls(ControlStore controls, TimeProvider clock)
{
    /// <summary>With the time a claim takes to be committed it stays well under the ten seconds in which a stop must hold.</summary>
    public static readonly TimeSpan MostAge = TimeSpan.FromSeconds(5);

    private const int MostTries = 3;

    private readonly Lock gate = new();
    private Known? known;
    private (long Since, Task Done)? reading;

    /// <exception cref="StoreBusyException">The storage answers so slowly that its answers are old when they come; nothing is sent on their word.</exception>
    public async ValueTask<ControlSet> NowAsync(CancellationToken ct)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (Ours() is { } set) return set;
            await Reading().WaitAsync(ct);
        }
        return Ours() ?? throw new StoreBusyException("What operators have stopped cannot be read in time.");
    }

    // Whoever comes while a read is under way waits for that one.
    private Task Reading()
    {
        lock (gate)
        {
            if (reading is { Done.IsCompleted: false } under && IsFresh(under.Since)) return under.Done;
            var since = clock.GetTimestamp();
            reading = (since, ReadAsync(since));
            return reading.Value.Done;
        }
    }

    // Its age counts from the asking, since the answer may be as old as that.
    private async Task ReadAsync(long since)
    {
        var set = await controls.ReadAsync(CancellationToken.None);
        lock (gate)
            if (!(known?.Since > since)) known = new(since, set);
    }

    private ControlSet? Ours()
    {
        lock (gate) return known is { } ours && IsFresh(ours.Since) ? ours.Set : null;
    }

    private bool IsFresh(long since) => clock.GetElapsedTime(since) <= MostAge;

    private sealed record Known(long Since, ControlSet Set);
}
