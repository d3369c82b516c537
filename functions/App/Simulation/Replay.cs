using MarketingAutomation.Bus;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Simulation;

/// <summary>Runs the real pipeline over events of the past: the clock jumps from one thing that happens to the next, and nothing waits.</summary>
/// <remarks>At one instant events come first, then what customers do with their messages, then wakes; so the same input gives the same output.</remarks>
internal sealed class Replay(Node node, VirtualClock clock)
{
    private readonly PriorityQueue<Func<CancellationToken, Task>, (DateTimeOffset At, string Order)> actions = new();
    private readonly Lock gate = new();
    private readonly SqliteBus bus = (SqliteBus)node.Bus; // a replay's messages are in one file, which alone can tell when the next falls due

    /// <summary>Lets something happen at an instant of the replay.</summary>
    /// <param name="order">Decides between actions of the same instant.</param>
    public void Schedule(DateTimeOffset at, string order, Func<CancellationToken, Task> action)
    {
        lock (gate) actions.Enqueue(action, (at, order));
    }

    /// <param name="events">In order of time.</param>
    /// <param name="until">Nothing later happens; the instant itself included.</param>
    /// <param name="progress">Told the instants the clock comes to.</param>
    public async Task RunAsync(IEnumerable<CustomerEvent> events, DateTimeOffset until, Action<DateTimeOffset>? progress, CancellationToken ct)
    {
        using var feed = events.TakeWhile(e => e.At <= until).GetEnumerator();
        var more = feed.MoveNext();
        while (true)
        {
            var next = Earliest(more ? feed.Current.At : null, NextAction(), await bus.NextDueAsync(ct));
            if (next is not { } at || at > until) return;
            clock.Set(at);
            progress?.Invoke(at);
            List<CustomerEvent> now = [];
            for (; more && feed.Current.At <= at; more = feed.MoveNext()) now.Add(feed.Current);
            if (now.Count > 0) await node.AcceptAsync(now, ct);
            while (NextAction() <= at) await Take()(ct);
            await node.Pump.DrainAsync(ct);
        }
    }

    private DateTimeOffset? NextAction()
    {
        lock (gate) return actions.TryPeek(out _, out var key) ? key.At : null;
    }

    private Func<CancellationToken, Task> Take()
    {
        lock (gate) return actions.Dequeue();
    }

    private static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> instants)
    {
        DateTimeOffset? earliest = null;
        foreach (var instant in instants)
            if (instant is { } at && !(earliest <= at)) earliest = at;
        return earliest;
    }
}
