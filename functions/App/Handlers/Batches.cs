using MarketingAutomation.Bus;

namespace MarketingAutomation.Handlers;

/// <summary>What the embedded pump and the Functions host's triggers have in common: a batch of one queue goes to its handler.</summary>
internal sealed partial class Batches(EventsHandler events, WakesHandler wakes, DeliveriesHandler deliveries, ILogger<Batches> log)
{
    /// <summary>Most messages of one batch.</summary>
    public const int Most = 100;

    /// <summary>Deliveries of a message before it is dead: the queues' maxDeliveryCount.</summary>
    public const int LastDelivery = 10;

    // Whatever took its batch down twice is from then on worked alone.
    private const int Single = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Works the messages.</summary>
    /// <returns>Those to be received again, with what they met; all others are done with.</returns>
    /// <exception cref="StaleCatalogException">This process has to start again.</exception>
    public async Task<IReadOnlyList<Refused>> WorkAsync(IReadOnlyList<Received> batch, CancellationToken ct)
    {
        if (batch is []) return [];
        using var activity = Telemetry.Start(batch);
        List<Refused> refused = [];
        var worn = batch.Where(received => received.DeliveryCount >= Single).ToList();
        await WorkAsync(worn.Count == 0 ? batch : [.. batch.Except(worn)], refused, ct);
        foreach (var one in worn) await WorkAsync([one], refused, ct);
        return refused;
    }

    /// <summary>How long to leave messages alone that were refused, so that ten deliveries last some minutes.</summary>
    public static TimeSpan PauseFor(Received received) => Pause * Math.Min(received.DeliveryCount, LastDelivery);

    private async Task WorkAsync(IReadOnlyList<Received> batch, List<Refused> refused, CancellationToken ct)
    {
        if (batch is []) return;
        try
        {
            await HandlerOf(batch[0].Queue).HandleAsync(batch, ct);
        }
        catch (Exception fault) when (Faults.IsOfWork(fault, ct))
        {
            RefusedBatch(batch[0].Queue, batch.Count, batch[0].DeliveryCount, fault.GetType().Name, fault.StackTrace);
            refused.AddRange(batch.Select(received => new Refused(received, fault.GetType().Name)));
        }
    }

    private IHandler HandlerOf(string queue) => queue switch
    {
        Queue.Events => events,
        Queue.Wakes => wakes,
        Queue.Deliveries => deliveries,
        _ => throw new ArgumentException($"There is no queue {queue}.", nameof(queue)),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} messages of {Queue} were refused at delivery {Delivery}: {Fault} {Stack}")]
    private partial void RefusedBatch(string queue, int count, int delivery, string fault, string? stack);
}

/// <param name="Reason">Class of the fault, without personal data.</param>
internal sealed record Refused(Received Message, string Reason);
