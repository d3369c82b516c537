using MarketingAutomation.Bus;

namespace MarketingAutomation.Handlers;

/// <summary>Outside the Functions host: takes batches from the queues and gives them to the same handlers.</summary>
internal sealed partial class Pump(IBus bus, EventsHandler events, WakesHandler wakes, DeliveriesHandler deliveries, Segments.RebuildsHandler rebuilds, ILogger<Pump> log) : BackgroundService
{
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(5);

    // A batch that keeps failing is worked one message at a time from the third delivery on, and put aside after the tenth.
    private const int MostAtOnce = 100, Single = 3, Last = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        PumpAsync(Queue.Events, events, stoppingToken),
        PumpAsync(Queue.Wakes, wakes, stoppingToken),
        PumpAsync(Queue.Deliveries, deliveries, stoppingToken),
        PumpAsync(Queue.Rebuilds, rebuilds, stoppingToken));

    /// <summary>Works what is due on all queues until nothing is: events before wakes before deliveries before rebuilds.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        while (await OnceAsync(Queue.Events, events, ct) || await OnceAsync(Queue.Wakes, wakes, ct) || await OnceAsync(Queue.Deliveries, deliveries, ct) || await OnceAsync(Queue.Rebuilds, rebuilds, ct)) { }
    }

    private async Task PumpAsync(string queue, IHandler handler, CancellationToken ct)
    {
        try
        {
            while (!ct.IsCancellationRequested)
                if (!await OnceAsync(queue, handler, ct)) await bus.WaitAsync(queue, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { } // stopped; what was under lock is received again
    }

    private async Task<bool> OnceAsync(string queue, IHandler handler, CancellationToken ct)
    {
        var batch = await bus.ReceiveAsync(queue, MostAtOnce, Lock, ct);
        if (batch.Count == 0) return false;
        var worn = batch.Where(received => received.DeliveryCount >= Single).ToList();
        await WorkAsync(handler, [.. batch.Except(worn)], ct);
        foreach (var one in worn) await WorkAsync(handler, [one], ct);
        return true;
    }

    private async Task WorkAsync(IHandler handler, IReadOnlyList<Received> batch, CancellationToken ct)
    {
        if (batch.Count == 0) return;
        try
        {
            await handler.HandleAsync(batch, ct);
            await bus.CompleteAsync(batch, ct);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Failed(batch[0].Queue, batch.Count, batch[0].DeliveryCount, fault.GetType().Name, fault.StackTrace);
            if (batch is [{ DeliveryCount: >= Last } hopeless]) await bus.DeadLetterAsync(hopeless, fault.GetType().Name, ct);
            else await bus.AbandonAsync(batch, Pause * batch[0].DeliveryCount, ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} from {Queue} failed at delivery {Delivery}: {Fault} {Stack}")]
    private partial void Failed(string queue, int count, int delivery, string fault, string? stack);
}
