using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>The listener's end of a link that a client sends by.</summary>
internal sealed class DialectProducer(DialectQueue queue, DialectFaults faults) : LinkEndpoint
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
        Keep(messageContext.Message);
        messageContext.Complete();
    }

    public override void OnFlow(FlowContext flowContext) { }

    public override void OnDisposition(DispositionContext dispositionContext) { }

    private void Keep(Message message)
    {
        if (message.Format == BatchFormat) foreach (var bytes in Batch(message.BodySection)) queue.Send(DialectMessage.Decode(bytes));
        else queue.Send(DialectMessage.Decode(DialectMessage.Encode(message)));
    }

    private static IEnumerable<byte[]> Batch(object body) => body is DataList many ? Enumerable.Range(0, many.Count).Select(i => many[i].Binary) : [((Data)body).Binary];
}
