using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Handlers;

namespace MarketingAutomation.Functions;

/// <summary>What the Functions host's triggers do.</summary>
/// <param name="fatal">Told what this process cannot go on after.</param>
/// <param name="stopping">Ends work that is under way; the host itself never does.</param>
internal sealed partial class TriggerHandler(Batches batches, Sweep sweep, TimeProvider clock, Action<Exception> fatal, ILogger<TriggerHandler> log, CancellationToken stopping)
{
    /// <summary>Works the messages of one call.</summary>
    /// <returns>Whether all are done with; if not, the host gives all of them back to the queue at once, whichever of them it was.</returns>
    public Task<bool> WorkAsync(string queue, Stream body) => TryAsync(queue, async () =>
    {
        var call = await TriggerCall.ReadAsync(body, queue, stopping);
        if (call.Oldest is { } oldest) Telemetry.Aged(queue, clock.GetUtcNow() - oldest);
        if (await batches.WorkAsync(call.Messages, stopping) is not [var first, ..]) return true;
        // Refused for want of storage and queue alike. The next delivery comes at once, and a message has only ten.
        await Task.Delay(Batches.PauseFor(first.Message), clock, stopping);
        return false;
    });

    public Task<bool> TickAsync() => TryAsync("tick", async () =>
    {
        await sweep.RunAsync(stopping);
        return true;
    });

    // The host waits for an answer in any case: without one the invocation hangs, and takes the process with it.
    private async Task<bool> TryAsync(string function, Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
        catch (StaleCatalogException stale)
        {
            fatal(stale);
            return false;
        }
        catch (Exception fault)
        {
            Failed(function, fault.GetType().Name, fault.StackTrace);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The function {Function} failed: {Fault} {Stack}")]
    private partial void Failed(string function, string fault, string? stack);
}
