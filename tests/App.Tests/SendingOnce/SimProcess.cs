namespace MarketingAutomation.SendingOnce;

/// <summary>One process: its tasks run on the world's thread, one step at a time, in the order that chance wants. Once killed it does nothing more.</summary>
internal sealed class SimProcess(Func<Task> main, Random random) : TaskScheduler
{
    private readonly List<Task> ready = [];
    private Task? running;
    private bool dead;

    public Func<Task> Main => main;

    public int Ready => ready.Count;

    public bool HasEnded => running is { IsCompleted: true };

    public void Start() => running = Task.Factory.StartNew(main, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    public void Step()
    {
        var choice = random.Next(ready.Count);
        var task = ready[choice];
        ready[choice] = ready[^1];
        ready.RemoveAt(ready.Count - 1);
        TryExecuteTask(task);
    }

    public void Kill()
    {
        dead = true;
        ready.Clear();
    }

    protected override void QueueTask(Task task)
    {
        if (!dead) ready.Add(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => ready;
}
