using System.Collections.Concurrent;

namespace MarketingAutomation.Bus;

/// <summary>Tells those who wait on a queue that something has changed in it.</summary>
internal sealed class QueueSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Completes at the next change; ask before looking at the queue, and none slips through in between.</summary>
    public Task NextChange(string queue) => _waiting.GetOrAdd(queue, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(string queue)
    {
        if (_waiting.TryRemove(queue, out var waiting)) waiting.SetResult();
    }

    public void AllChanged()
    {
        foreach (var queue in _waiting.Keys) Changed(queue);
    }
}
