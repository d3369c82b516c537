namespace MarketingAutomation.Functions;

/// <summary>A clock on which nobody waits: a timer fires at once, and then it is as late as the timer was set for.</summary>
internal sealed class RushingClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Pass(GetUtcNow() + dueTime);
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Fired();
    }

    /// <summary>Lets time pass; never backwards.</summary>
    public void Pass(DateTimeOffset until)
    {
        for (var now = Interlocked.Read(ref ticks); now < until.UtcTicks;)
            now = Interlocked.CompareExchange(ref ticks, until.UtcTicks, now) is var seen && seen == now ? until.UtcTicks : seen;
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
