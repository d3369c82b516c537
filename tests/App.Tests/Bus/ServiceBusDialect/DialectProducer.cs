using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>The listener's end of a link that a client sends by.</summary>
internal sealed class DialectProducer(DialectQueue queue, int mostBytes, DialectFaults faults) : LinkEndpoint
{
    private const uint BatchFormat = 0x80013700;

    public override void OnMessage(MessageContext messageContext)
    {
        if (messageContext.Link.IsClosed) return; // sent before the client knew
        faults.Transfers++;
        if (faults.NextSend() is { } fault)
        {
            if (fault.Kept) Keep(messageContext.Message);
            if (fault.Act is { } act) act(messageContext.Link);
            else messageContext.Complete(new Error(fault.Condition!));
            return;
        }
        if (faults.KeepNothing || Keep(messageContext.Message)) messageContext.Complete();
        else messageContext.Complete(new Error("amqp:link:message-size-exceeded"));
    }

    public override void OnFlow(FlowContext flowContext) { }

    public override void OnDisposition(DispositionContext dispositionContext) { }

    /// <summary>False where the transfer is too large.</summary>
    private bool Keep(Message message)
    {
        var whole = DialectMessage.Encode(message);
        if (whole.Length > mostBytes) return false;
        foreach (var bytes in message.Format == BatchFormat ? Batch(message.BodySection) : [whole]) queue.Send(DialectMessage.Decode(bytes));
        return true;
    }

    private static IEnumerable<byte[]> Batch(object body) => body is DataList many ? Enumerable.Range(0, many.Count).Select(i => many[i].Binary) : [((Data)body).Binary];
}
