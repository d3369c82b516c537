using MarketingAutomation.Broadcasts;
using MarketingAutomation.Bus;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Handlers;

/// <summary>What the embedded pump and the Functions host's triggers have in common: a batch of one queue goes to its handler.</summary>
internal sealed partial class Batches(EventsHandler events, WakesHandler wakes, DeliveriesHandler deliveries, BroadcastsHandler broadcasts, RebuildsHandler rebuilds, TimeProvider clock, ILogger<Batches> log)
{
    /// <summary>Most messages of one batch.</summary>
    public const int Most = 100;

    /// <summary>Deliveries of a message before it is dead: the queues' maxDeliveryCount.</summary>
    public const int LastDelivery = 10;

    // Whatever took its batch down twice is from then on worked alone.
    private const int Single = 3;

    // So long is time for that: a batch's lock lasts five minutes and is not renewed.
    private static readonly TimeSpan Alone = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(8), LongestPause = TimeSpan.FromMinutes(1);

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
        await WorkAloneAsync(worn, refused, ct);
        return refused;
    }

    /// <summary>How long to leave messages alone that were refused: 8, 16, 24 … 60 seconds, so that ten deliveries last about six minutes.</summary>
    public static TimeSpan PauseFor(Received received) => TimeSpan.FromTicks(Math.Min(Pause.Ticks * received.DeliveryCount, LongestPause.Ticks));

    private async Task WorkAloneAsync(List<Received> worn, List<Refused> refused, CancellationToken ct)
    {
        var since = clock.GetTimestamp();
        for (var left = worn; left is [var one, ..]; left = left[1..])
            if (refused is [.., { Passes: true } last])
            {
                refused.AddRange(left.Select(received => last with { Message = received })); // none of them would fare better
                return;
            }
            else if (clock.GetElapsedTime(since) > Alone)
            {
                await WorkAsync(left, refused, ct);
                return;
            }
            else await WorkAsync([one], refused, ct);
    }

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
            refused.AddRange(batch.Select(received => new Refused(received, fault.GetType().Name, Faults.Passes(fault))));
        }
    }

    private IHandler HandlerOf(string queue) => queue switch
    {
        Queue.Events => events,
        Queue.Wakes => wakes,
        Queue.Deliveries => deliveries,
        Queue.Broadcasts => broadcasts,
        Queue.Rebuilds => rebuilds,
        _ => throw new ArgumentException($"There is no queue {queue}.", nameof(queue)),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} messages of {Queue} were refused at delivery {Delivery}: {Fault} {Stack}")]
    private partial void RefusedBatch(string queue, int count, int delivery, string fault, string? stack);
}

/// <param name="Reason">Class of the fault, without personal data.</param>
/// <param name="Passes">The fault is one that passes by itself.</param>
internal sealed record Refused(Received Message, string Reason, bool Passes);
