namespace MarketingAutomation.Growing;

/// <summary>A clock that jumps from one awaited instant to the next; whoever waits goes on inside <see cref="Run"/>, on one thread and always in the same order.</summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<TaskCompletionSource, (DateTimeOffset At, long Number)> waiting = new();
    private DateTimeOffset now = start;
    private long number;

    public override DateTimeOffset GetUtcNow() => now;

    public Task At(DateTimeOffset instant)
    {
        if (instant <= now) return Task.CompletedTask;
        var reached = new TaskCompletionSource();
        waiting.Enqueue(reached, (instant, number++));
        return reached.Task;
    }

    /// <summary>Lets everything happen that happens before <paramref name="end"/>.</summary>
    public void Run(DateTimeOffset end)
    {
        while (waiting.TryPeek(out _, out var next) && next.At < end)
        {
            now = next.At;
            waiting.Dequeue().SetResult();
        }
        now = end;
    }
}
