using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace MarketingAutomation.Bus;

/// <summary>A message on its way to the bus. AMQPNetLite's own carry the state of one sending, so each try gets a new one.</summary>
/// <param name="Id">The same in every try.</param>
internal sealed record AmqpOutgoing(string Id, byte[] Body, DateTime? DueUtc)
{
    public static AmqpOutgoing Of(BusMessage message, DateTimeOffset now) =>
        new(Guid.CreateVersion7().ToString("n"), message.Body, message.Due is { } due && due > now ? due.UtcDateTime : null);

    public Message ToMessage() => AmqpMessages.Scheduled(new Message
    {
        Header = new Header { Durable = true },
        Properties = new Properties { MessageId = Id },
        BodySection = new Data { Binary = Body },
    }, DueUtc);
}

/// <summary>What Service Bus writes into a message beside its body.</summary>
internal static class AmqpMessages
{
    /// <summary>Our own property: how often the message had been received before this copy of it was made.</summary>
    public const string Earlier = "earlier-deliveries";

    /// <summary>Our own property: when the message was put aside.</summary>
    public const string PutAsideAt = "put-aside-at";

    public const string Reason = "DeadLetterReason", Description = "DeadLetterErrorDescription";

    private static readonly Symbol ScheduledFor = "x-opt-scheduled-enqueue-time";

    public static Message Scheduled(Message message, DateTime? dueUtc)
    {
        if (dueUtc is { } due) (message.MessageAnnotations ??= new MessageAnnotations())[ScheduledFor] = due;
        return message;
    }

    /// <summary>The same content, to be sent again.</summary>
    public static Message Copy(Message message, DateTime? dueUtc)
    {
        var copy = new Message { Header = new Header { Durable = true }, Properties = message.Properties, BodySection = message.BodySection, ApplicationProperties = new ApplicationProperties() };
        foreach (var (name, value) in message.ApplicationProperties?.Map ?? [])
            if (name is not (string and (Reason or Description or PutAsideAt or Earlier))) copy.ApplicationProperties.Map[name] = value;
        return Scheduled(copy, dueUtc);
    }

    /// <summary>The whole body; other clients may have sent it in pieces, or as a value.</summary>
    public static byte[] Body(Message message) => message.BodySection switch
    {
        DataList pieces => [.. Enumerable.Range(0, pieces.Count).SelectMany(i => pieces[i].Binary)],
        Data data => data.Binary,
        AmqpValue { Value: byte[] bytes } => bytes,
        AmqpValue { Value: string text } => System.Text.Encoding.UTF8.GetBytes(text),
        _ => [],
    };

    /// <summary>Of this message in this queue; brokers that do not count messages leave what its sender called it.</summary>
    public static string Id(Message message) =>
        Annotation(message, "x-opt-sequence-number") is long number ? ToId(number) : message.Properties?.GetMessageId()?.ToString() ?? "";

    public static long SequenceNumber(Message message) => Annotation(message, "x-opt-sequence-number") as long? ?? 0;

    public static string ToId(long sequenceNumber) => sequenceNumber.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>When the lock ends; null where the broker's locks last as long as the link.</summary>
    public static DateTimeOffset? LockedUntil(Message message) => Instant(Annotation(message, "x-opt-locked-until"));

    public static DateTimeOffset? EnqueuedAt(Message message) => Instant(Annotation(message, "x-opt-enqueued-time"));

    /// <summary>How often the message failed before, copies of it included.</summary>
    public static int DeliveriesBefore(Message message) => (int)(message.Header?.DeliveryCount ?? 0) + (Property(message, Earlier) as int? ?? 0);

    public static object? Property(Message message, string name) => message.ApplicationProperties?.Map.TryGetValue(name, out var value) is true ? value : null;

    public static DateTimeOffset? Instant(object? value) => value is DateTime time ? new(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null;

    private static object? Annotation(Message message, string name) => message.MessageAnnotations?.Map.TryGetValue((Symbol)name, out var value) is true ? value : null;
}
