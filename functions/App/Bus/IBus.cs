namespace MarketingAutomation.Bus;

/// <summary>Durable queues with at-least-once delivery: what Azure Service Bus and SQLite have in common, and all we ask of either.</summary>
internal interface IBus
{
    /// <summary>All messages are durable when this returns.</summary>
    Task SendAsync(string queue, IReadOnlyList<BusMessage> messages, CancellationToken ct);

    /// <summary>Takes up to <paramref name="most"/> messages that are due under lock, in the order in which they were sent as far as the bus keeps one; an empty list where nothing is due.</summary>
    /// <param name="lockFor">For so long they are ours, though a bus whose locks are longer gives them back later.</param>
    Task<IReadOnlyList<Received>> ReceiveAsync(string queue, int most, TimeSpan lockFor, CancellationToken ct);

    /// <summary>Done: the messages are gone. One whose lock was lost meanwhile is left alone and comes back.</summary>
    Task CompleteAsync(IReadOnlyList<Received> messages, CancellationToken ct);

    /// <summary>Gives the messages back, to be received again after <paramref name="delay"/>.</summary>
    Task AbandonAsync(IReadOnlyList<Received> messages, TimeSpan delay, CancellationToken ct);

    /// <summary>Puts a message aside with the reason, never to be received again by itself.</summary>
    Task DeadLetterAsync(Received message, string reason, CancellationToken ct);

    /// <summary>Completes when <paramref name="queue"/> may have something to receive: soon after a send, or when the next message falls due.</summary>
    Task WaitAsync(string queue, CancellationToken ct);
}

/// <summary>The queues there are.</summary>
internal static class Queue
{
    public const string Events = "events", Wakes = "wakes", Deliveries = "deliveries", Broadcasts = "broadcasts", Rebuilds = "rebuilds";

    /// <summary>What is urgent first; rebuilds have all the time in the world.</summary>
    public static readonly IReadOnlyList<string> All = [Events, Wakes, Deliveries, Broadcasts, Rebuilds];
}

/// <param name="Due">Not received before; at once where null.</param>
internal sealed record BusMessage(byte[] Body, DateTimeOffset? Due = null);

/// <param name="Id">Of this message in this queue.</param>
/// <param name="Lock">Proof that it is ours until the lock ends.</param>
/// <param name="DeliveryCount">How often it was received, this time included.</param>
internal sealed record Received(string Queue, string Id, string Lock, int DeliveryCount, byte[] Body);
