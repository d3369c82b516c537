using MarketingAutomation.Bus;

namespace MarketingAutomation.Doctor;

/// <summary>Looks into the queues without taking anything: reachable, and worked.</summary>
internal sealed class QueueCheck(Func<CancellationToken, Task<QueueView?>> open, TimeProvider clock, bool azure) : ICheck
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    public string Name => "queues";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
    {
        List<Finding> findings = [];
        try
        {
            if (await open(ct) is not { } queues) return [new(Name, Severity.Fine, "There are none yet; `marketing serve` makes them.")];
            if (await queues.NextDue(ct) is { } due && due < clock.GetUtcNow() - Late)
                findings.Add(new(Name, Severity.Warning, "Messages have waited for more than 15 minutes.", azure ? "Look at the app's failed requests; while it is stopped nothing is lost." : "Start `marketing serve`; nothing is lost meanwhile."));
            foreach (var queue in Queue.All)
                if (await queues.DeadLetters(queue, ct) is > 0 and var dead)
                    findings.Add(new(Name, Severity.Warning, $"{dead} message{(dead == 1 ? "" : "s")} of {queue} {(dead == 1 ? "was" : "were")} put aside after failing again and again.", "Find the cause in the log, mend it, and send them again."));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            findings.Add(new(Name, Severity.Blocking, $"The queues cannot be reached: {fault.GetType().Name}.", azure
                ? $"See that {Surroundings.Bus} names the namespace, that port 5671 is open from here, and that this identity has the role Azure Service Bus Data Receiver on its queues."
                : "See that the data folder can be written to."));
        }
        if (findings.Count == 0) findings.Add(new(Name, Severity.Fine, "Reachable, and nothing waits for long."));
        return findings;
    }
}

/// <summary>What can be seen of the queues from outside.</summary>
/// <param name="NextDue">When the next message of any queue can be received; null where none ever will, or the bus does not tell.</param>
/// <param name="DeadLetters">How many messages of a queue were put aside, counted up to some hundred.</param>
internal sealed record QueueView(Func<CancellationToken, Task<DateTimeOffset?>> NextDue, Func<string, CancellationToken, Task<int>> DeadLetters);
