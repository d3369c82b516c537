using MarketingAutomation.Bus;

namespace MarketingAutomation.SendingOnce;

/// <summary>Queues in memory, behind a network that the world makes trouble on: in no order, and now and then a message twice.</summary>
internal sealed class SimBus : IBus
{
    private readonly World world;
    private readonly List<Message> messages = [];
    private readonly List<(string Queue, TaskCompletionSource Waiter)> waiters = [];
    private long number;

    public SimBus(World world)
    {
        this.world = world;
        world.NextDue = () => messages.Count == 0 ? null : messages.Min(message => message.Due);
        world.FallDue = Tell;
    }

    public IReadOnlyList<string> Dead { get; private set; } = [];

    /// <summary>Puts a message in, with nothing in the way.</summary>
    public void Put(string queue, BusMessage message) => messages.Add(new(queue, $"{number++}", message.Due ?? world.GetUtcNow(), message.Body));

    /// <summary>The same, and tells who waits for it.</summary>
    public void Post(string queue, BusMessage message)
    {
        Put(queue, message);
        Tell();
    }

    public Task SendAsync(string queue, IReadOnlyList<BusMessage> sent, CancellationToken ct) => sent is [] ? Task.CompletedTask : world.AskAsync(() =>
    {
        foreach (var message in sent)
        {
            Put(queue, message);
            if (world.Fault(0.03)) Put(queue, message);
        }
        Tell();
        return true;
    });

    public Task<IReadOnlyList<Received>> ReceiveAsync(string queue, int most, TimeSpan lockFor, CancellationToken ct) => world.AskAsync<IReadOnlyList<Received>>(() =>
    {
        List<Received> received = [];
        var due = messages.Where(message => message.Queue == queue && message.Due <= world.GetUtcNow()).ToList();
        while (due.Count > 0 && received.Count < most && (received.Count == 0 || world.Chance(0.5)))
        {
            var message = due[world.Draw(due.Count)];
            due.Remove(message);
            (message.Due, message.DeliveryCount, message.Lock) = (world.GetUtcNow() + lockFor, message.DeliveryCount + 1, $"{number++}");
            received.Add(new(queue, message.Id, message.Lock, message.DeliveryCount, message.Body));
        }
        return received;
    });

    public Task CompleteAsync(IReadOnlyList<Received> received, CancellationToken ct) => received is [] ? Task.CompletedTask : world.AskAsync(() =>
    {
        foreach (var message in received.Select(Held).OfType<Message>()) messages.Remove(message);
        return true;
    });

    public Task AbandonAsync(IReadOnlyList<Received> received, TimeSpan delay, CancellationToken ct) => world.AskAsync(() =>
    {
        foreach (var message in received.Select(Held).OfType<Message>()) (message.Due, message.Lock) = (world.GetUtcNow() + delay, null);
        Tell();
        return true;
    });

    public Task DeadLetterAsync(Received received, string reason, CancellationToken ct) => world.AskAsync(() =>
    {
        if (Held(received) is { } message && messages.Remove(message)) Dead = [.. Dead, reason];
        return true;
    });

    public Task WaitAsync(string queue, CancellationToken ct)
    {
        var waiter = new TaskCompletionSource();
        waiters.Add((queue, waiter));
        Tell();
        return waiter.Task.WaitAsync(ct);
    }

    // A lock that ended comes first: whoever held it finds out when it settles.
    private Message? Held(Received received) => messages.Find(message => message.Id == received.Id && message.Lock == received.Lock && message.Due > world.GetUtcNow());

    private void Tell()
    {
        foreach (var waiting in waiters.ToList())
            if (messages.Any(message => message.Queue == waiting.Queue && message.Due <= world.GetUtcNow()))
            {
                waiters.Remove(waiting);
                waiting.Waiter.TrySetResult();
            }
    }

    private sealed class Message(string queue, string id, DateTimeOffset due, byte[] body)
    {
        public string Queue => queue;

        public string Id => id;

        public byte[] Body => body;

        /// <summary>When it can be received; while it is held, when its lock ends.</summary>
        public DateTimeOffset Due { get; set; } = due;

        public string? Lock { get; set; }

        public int DeliveryCount { get; set; }
    }
}
