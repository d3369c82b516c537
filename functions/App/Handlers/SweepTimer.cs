using MarketingAutomation.Functions;
using NCrontab;

namespace MarketingAutomation.Handlers;

/// <summary>Outside the Functions host: runs the sweep by the schedule that <c>bindings/tick/function.json</c> gives the host.</summary>
internal sealed partial class SweepTimer(Sweep sweep, TimeProvider clock, ILogger<SweepTimer> log)
{
    private readonly CrontabSchedule schedule = CrontabSchedule.Parse(FunctionFiles.ScheduleOf("tick"), new() { IncludingSeconds = true });

    /// <summary>Runs until <paramref name="ct"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            await Task.Delay(schedule.GetNextOccurrence(now.UtcDateTime) - now.UtcDateTime, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ct.IsCancellationRequested) await SweepAsync(ct);
        }
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            await sweep.RunAsync(ct);
        }
        catch (Exception) when (ct.IsCancellationRequested) { }
        catch (Exception fault)
        {
            Failed(fault.GetType().Name, fault.StackTrace); // the next one comes by itself
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep failed: {Fault} {Stack}")]
    private partial void Failed(string fault, string? stack);
}
