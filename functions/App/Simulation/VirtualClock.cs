namespace MarketingAutomation.Simulation;

/// <summary>A clock that stands still until it is set, and never goes back.</summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Set(DateTimeOffset now)
    {
        if (now > GetUtcNow()) Interlocked.Exchange(ref ticks, now.UtcTicks);
    }
}
