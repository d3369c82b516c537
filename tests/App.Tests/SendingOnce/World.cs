namespace MarketingAutomation.SendingOnce;

/// <summary>
/// Time, chance, and everything on its way between processes: one thread works it all, and every await ends when the seed says.
/// The same seed gives the same world, step for step.
/// </summary>
internal sealed class World(int seed) : TimeProvider
{
    // Whatever has not come to rest by then never will.
    private const int MostSteps = 200_000;

    private readonly Random random = new(seed);
    private readonly List<Action> underWay = [];
    private readonly PriorityQueue<Alarm, (DateTimeOffset At, long Number)> alarms = new();
    private readonly List<SimProcess> processes = [];
    private DateTimeOffset now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private long number;
    private int doomed = -1;
    private readonly int thread = Environment.CurrentManagedThreadId;

    public int Seed => seed;

    /// <summary>Faults still to come: the world must be left in peace in the end, so that one can see where it comes to rest.</summary>
    public int Mischief { get; set; } = 12;

    /// <summary>When something outside the processes happens next by time alone, and what that is.</summary>
    public Func<DateTimeOffset?> NextDue { get; set; } = () => null;

    public Action FallDue { get; set; } = () => { };

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    public bool Chance(double chance) => random.NextDouble() < chance;

    /// <summary>The same, while there is mischief left.</summary>
    public bool Fault(double chance)
    {
        if (Mischief <= 0 || !Chance(chance)) return false;
        Mischief--;
        return true;
    }

    public int Draw(int below) => random.Next(below);

    /// <summary>Kills one of the processes at its next step.</summary>
    public void Kill() => doomed = random.Next(processes.Count);

    /// <summary>A request to something outside the process: it is done, and answered, at some later step. It may be cut before it is done, or after.</summary>
    /// <exception cref="InvalidOperationException">Whoever asks runs on a thread that is not the world's, where chance is not the seed's.</exception>
    public Task<T> AskAsync<T>(Func<T> act)
    {
        if (Environment.CurrentManagedThreadId != thread) throw new InvalidOperationException("This runs on another thread than the world's.");
        var answer = new TaskCompletionSource<T>(); // not asynchronously: that would lead over other threads; what continues is put down in its process
        if (Fault(0.02)) underWay.Add(() => answer.SetException(new IOException("cut before it was done")));
        else if (Fault(0.03)) underWay.Add(() =>
        {
            Do(act, new TaskCompletionSource<T>());
            underWay.Add(() => answer.SetException(new IOException("cut after it was done")));
        });
        else underWay.Add(() => Do(act, answer));
        return answer.Task;
    }

    /// <summary>Starts a process, and another in its place whenever it ends or is killed.</summary>
    public void Start(Func<Task> main) => Start(new SimProcess(main, random));

    /// <summary>Runs until nothing will happen any more.</summary>
    public void Run()
    {
        for (var step = 0; ; step++)
        {
            if (step > MostSteps) throw new InvalidOperationException("The world does not come to rest.");
            Bury();
            var ready = processes.Sum(process => process.Ready);
            var choices = ready + underWay.Count;
            if (choices == 0)
            {
                if (!Pass()) return;
                continue;
            }
            var choice = random.Next(choices);
            if (choice < underWay.Count) Take(choice)();
            else processes.First(process => process.Ready > 0 && (choice -= process.Ready) < underWay.Count).Step();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(() => callback(state));
        if (dueTime != Timeout.InfiniteTimeSpan) alarms.Enqueue(alarm, (now + dueTime, number++));
        return alarm;
    }

    private static void Do<T>(Func<T> act, TaskCompletionSource<T> answer)
    {
        try
        {
            answer.SetResult(act());
        }
        catch (Exception refusal) // the answer of whoever was asked
        {
            answer.SetException(refusal);
        }
    }

    private void Start(SimProcess process)
    {
        processes.Add(process);
        process.Start();
    }

    // A kill takes a process at whatever it awaits; what it has asked for goes on without it.
    private void Bury()
    {
        for (var i = 0; i < processes.Count; i++)
            if (processes[i].HasEnded || i == doomed || Fault(0.0005))
            {
                if (i == doomed) doomed = -1;
                var main = processes[i].Main;
                processes[i].Kill();
                processes[i] = new(main, random);
                processes[i].Start();
            }
    }

    private Action Take(int index)
    {
        var action = underWay[index];
        underWay[index] = underWay[^1];
        underWay.RemoveAt(underWay.Count - 1);
        return action;
    }

    // False where nothing is left to wait for. What is due already and was not taken waits for those who pause.
    private bool Pass()
    {
        DateTimeOffset? alarm = alarms.TryPeek(out _, out var first) ? first.At : null, due = NextDue();
        if (due <= now && alarm is null) throw new InvalidOperationException("Nobody takes what is due.");
        if ((due > now && !(alarm <= due) ? due : alarm) is not { } next) return false;
        if (next > now) now = next;
        while (alarms.TryPeek(out _, out var at) && at.At <= now) alarms.Dequeue().Ring();
        FallDue();
        return true;
    }

    private sealed class Alarm(Action ring) : ITimer
    {
        private bool off;

        public void Ring()
        {
            if (!off) ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            off = dueTime == Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Dispose() => off = true;

        public ValueTask DisposeAsync()
        {
            off = true;
            return ValueTask.CompletedTask;
        }
    }
}
