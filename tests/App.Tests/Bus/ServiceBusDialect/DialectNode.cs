using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>A node of questions and answers. The answer goes by the link of the same connection whose name or address the question asks for.</summary>
internal abstract class DialectNode
{
    private readonly ConcurrentDictionary<(Connection, string), ListenerLink> _answers = new();

    /// <summary>One of the connection's links to this node; both directions come here.</summary>
    public LinkEndpoint Attach(ListenerLink link, Attach attach)
    {
        if (link.Role) return new Questions(this);
        foreach (var name in new[] { attach.LinkName, (attach.Target as Target)?.Address })
            if (name is not null) Remember(link, (link.Session.Connection, name));
        return new Answers();
    }

    protected abstract Message Answer(Message question, Connection connection);

    protected static Message Status(string name, int status, string? condition, object? body = null)
    {
        var answer = new Message { BodySection = new AmqpValue { Value = body ?? new Amqp.Types.Map() }, ApplicationProperties = new ApplicationProperties() };
        answer.ApplicationProperties[name] = status;
        answer.ApplicationProperties[name == "statusCode" ? "statusDescription" : "status-description"] = condition ?? "OK";
        if (condition is not null) answer.ApplicationProperties[name == "statusCode" ? "errorCondition" : "error-condition"] = (Amqp.Types.Symbol)condition;
        return answer;
    }

    private void Remember(ListenerLink link, (Connection, string) key)
    {
        _answers[key] = link;
        link.AddClosedCallback((_, _) => _answers.TryRemove(key, out _));
    }

    private void OnQuestion(MessageContext context)
    {
        var question = DialectMessage.Decode(DialectMessage.Encode(context.Message));
        var connection = context.Link.Session.Connection;
        context.Complete();
        var answer = Answer(question, connection);
        answer.Properties = new Properties();
        answer.Properties.SetCorrelationId(question.Properties.GetMessageId());
        if (_answers.TryGetValue((connection, question.Properties.ReplyTo), out var link)) link.SendMessage(answer);
    }

    private sealed class Questions(DialectNode node) : LinkEndpoint
    {
        public override void OnMessage(MessageContext messageContext) => node.OnQuestion(messageContext);

        public override void OnFlow(FlowContext flowContext) { }

        public override void OnDisposition(DispositionContext dispositionContext) { }
    }

    private sealed class Answers : LinkEndpoint
    {
        public override void OnFlow(FlowContext flowContext) { }

        public override void OnDisposition(DispositionContext dispositionContext)
        {
            if (!dispositionContext.Settled) dispositionContext.Link.DisposeMessage(dispositionContext.Message, new Accepted(), settled: true);
        }
    }
}
