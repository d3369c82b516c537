using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>The listener's end of a link that a client receives by.</summary>
internal sealed class DialectConsumer : LinkEndpoint
{
    private readonly DialectQueue _queue;
    private readonly ListenerLink _link;
    private volatile bool _closed;

    public DialectConsumer(DialectQueue queue, ListenerLink link)
    {
        (_queue, _link) = (queue, link);
        link.AddClosedCallback((_, _) => _closed = true); // no more than this: it is called under the session's lock
        queue.Add(this);
    }

    /// <summary>Under the queue's lock.</summary>
    public int Credit { get; set; }

    public bool IsClosed => _closed;

    public bool Deliver(Message message)
    {
        try
        {
            _link.SendMessage(message);
            return true;
        }
        catch (Exception fault) when (fault is AmqpException or ObjectDisposedException)
        {
            return false;
        }
    }

    public override void OnFlow(FlowContext flowContext)
    {
        _queue.Credit(this, flowContext.Messages);
        if (!_link.IsDraining) return;
        _queue.Credit(this, 0);
        _link.SetCredit(0, drain: true); // its own CompleteDrain answers with drain=false, which other clients take for no answer
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        if (_closed || dispositionContext.Message.DeliveryTag is not { Length: 16 } tag) return; // a link that ends releases nothing: locks last
        var token = new Guid(tag);
        var (done, answer) = dispositionContext.DeliveryState switch
        {
            Accepted accepted => (_queue.Complete(token), accepted),
            Modified modified => (_queue.Abandon(token), modified),
            Released => (_queue.Abandon(token), new Released()),
            Rejected rejected => (_queue.DeadLetter(token, Info(rejected.Error)), (DeliveryState)new Rejected()),
            _ => (false, new Rejected()),
        };
        if (dispositionContext.Settled) return;
        _link.DisposeMessage(dispositionContext.Message, done ? answer : new Rejected { Error = new Error("com.microsoft:message-lock-lost") { Description = "The lock supplied is invalid." } }, settled: true);
    }

    // Other clients write plain strings where symbols belong: enumerate, do not look up.
    private static IEnumerable<KeyValuePair<string, object?>> Info(Error? error) =>
        error?.Info is { } info ? ((Map)info).Select(entry => new KeyValuePair<string, object?>(entry.Key.ToString()!, entry.Value)) : [];
}
