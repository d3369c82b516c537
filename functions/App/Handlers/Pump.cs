using MarketingAutomation.Bus;

namespace MarketingAutomation.Handlers;

/// <summary>Outside the Functions host: takes batches from the queues and gives them to the same handlers.</summary>
internal sealed partial class Pump(IBus bus, Batches batches, TimeProvider clock, ILogger<Pump> log)
{
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Works the queues until <paramref name="ct"/> is cancelled; what was under lock then is received again.</summary>
    /// <exception cref="StaleCatalogException">This process has to start again.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task> pumps = [.. Queue.All.Select(queue => PumpAsync(queue, stop.Token))];
        await Task.WhenAny(pumps); // none ends by itself but by a fault that ends all
        await stop.CancelAsync();
        await Task.WhenAll(pumps);
    }

    /// <summary>Works what is due on all queues until nothing is: events before wakes before deliveries before broadcasts before rebuilds.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        while (await OnceAsync(Queue.Events, ct) || await OnceAsync(Queue.Wakes, ct) || await OnceAsync(Queue.Deliveries, ct) || await OnceAsync(Queue.Broadcasts, ct) || await OnceAsync(Queue.Rebuilds, ct)) { }
    }

    private async Task PumpAsync(string queue, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
            try
            {
                if (!await OnceAsync(queue, ct)) await bus.WaitAsync(queue, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
            catch (Exception fault) when (Faults.IsOfWork(fault, ct) && Faults.Passes(fault))
            {
                Unreachable(queue, fault.GetType().Name, fault.StackTrace); // the bus itself; what it had given us it gives again
                await Task.Delay(Pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
    }

    private async Task<bool> OnceAsync(string queue, CancellationToken ct)
    {
        var batch = await bus.ReceiveAsync(queue, Batches.Most, Lock, ct);
        if (batch.Count == 0) return false;
        var refused = await batches.WorkAsync(batch, ct);
        await bus.CompleteAsync(refused.Count == 0 ? batch : [.. batch.Except(refused.Select(each => each.Message))], ct);
        foreach (var (message, reason, _) in refused)
            if (message.DeliveryCount >= Batches.LastDelivery) await bus.DeadLetterAsync(message, reason, ct);
            else await bus.AbandonAsync([message], Batches.PauseFor(message), ct);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue {Queue} cannot be reached: {Fault} {Stack}")]
    private partial void Unreachable(string queue, string fault, string? stack);
}
