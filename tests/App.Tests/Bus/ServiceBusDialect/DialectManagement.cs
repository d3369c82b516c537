using System.Collections;
using Amqp;
using Amqp.Types;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>A queue's <c>$management</c>.</summary>
internal sealed class DialectManagement(DialectQueue queue) : DialectNode
{
    protected override Message Answer(Message question, Connection connection)
    {
        var body = (Map)question.Body;
        return (string)question.ApplicationProperties["operation"] switch
        {
            "com.microsoft:renew-lock" => queue.Renew([.. Guids(body)]) is { } ends ? Ok(new Map { ["expirations"] = ends }) : LockLost(),
            "com.microsoft:schedule-message" => Ok(new Map { ["sequence-numbers"] = ((IEnumerable)body["messages"]).Cast<Map>().Select(entry => queue.Send(DialectMessage.Decode((byte[])entry["message"]))).ToArray() }),
            "com.microsoft:cancel-scheduled-message" => ((IEnumerable)body["sequence-numbers"]).Cast<long>().Aggregate(true, (all, number) => queue.Cancel(number) && all) ? Ok() : Status("statusCode", 404, "com.microsoft:message-not-found"),
            "com.microsoft:peek-message" => Peek((long)body["from-sequence-number"], (int)body["message-count"]),
            "com.microsoft:update-disposition" => Guids(body).Aggregate(true, (all, token) => Settle(token, body) && all) ? Ok() : LockLost(),
            _ => Status("statusCode", 501, "amqp:not-implemented"),
        };
    }

    private Message Peek(long from, int most)
    {
        var messages = queue.Peek(from, most);
        return messages is [] ? Status("statusCode", 204, null) : Ok(new Map { ["messages"] = messages.Select(message => new Map { ["message"] = DialectMessage.Encode(message) }).ToList() });
    }

    private bool Settle(Guid token, Map body) => (string)body["disposition-status"] switch
    {
        "completed" => queue.Complete(token),
        "abandoned" => queue.Abandon(token),
        "suspended" => queue.DeadLetter(token, Added(body)),
        _ => false,
    };

    private static IEnumerable<KeyValuePair<string, object?>> Added(Map body)
    {
        foreach (var (field, property) in new[] { ("deadletter-reason", "DeadLetterReason"), ("deadletter-description", "DeadLetterErrorDescription") })
            if (body[field] is { } text) yield return new(property, text);
        if (body["properties-to-modify"] is Map more)
            foreach (var (name, value) in more) yield return new((string)name, value);
    }

    private static IEnumerable<Guid> Guids(Map body) => ((IEnumerable)body["lock-tokens"]).Cast<Guid>();

    private static Message Ok(Map? body = null) => Status("statusCode", 200, null, body);

    private static Message LockLost() => Status("statusCode", 410, "com.microsoft:message-lock-lost");
}
