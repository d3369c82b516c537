using System.Collections.Concurrent;
using Amqp;
using Amqp.Listener;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>What goes wrong next.</summary>
internal sealed class DialectFaults
{
    /// <param name="Condition">The transfer is rejected so.</param>
    /// <param name="Kept">The message is kept all the same: only the answer is lost.</param>
    /// <param name="Act">Done instead of an answer.</param>
    public sealed record Send(string? Condition = null, bool Kept = false, Action<ListenerLink>? Act = null);

    private readonly ConcurrentQueue<Send> _sends = new();
    private readonly ConcurrentQueue<string> _attaches = new();

    /// <summary>Everything sent is accepted and dropped, for measuring senders.</summary>
    public bool KeepNothing { get; set; }

    /// <summary>Transfers that came so far.</summary>
    public int Transfers { get; set; }

    /// <summary>The next transfers meet these, one each.</summary>
    public void OnSend(params ReadOnlySpan<Send> faults)
    {
        foreach (var fault in faults) _sends.Enqueue(fault);
    }

    /// <summary>The next links are refused so, one each.</summary>
    public void OnAttach(params ReadOnlySpan<string> conditions)
    {
        foreach (var condition in conditions) _attaches.Enqueue(condition);
    }

    public Send? NextSend() => _sends.TryDequeue(out var fault) ? fault : null;

    public string? NextAttach() => _attaches.TryDequeue(out var condition) ? condition : null;
}
