using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>A message as the queue keeps it.</summary>
internal sealed class DialectMessage(long sequence, Message content, DateTimeOffset enqueued)
{
    public const string LockToken = "x-opt-lock-token";

    public long Sequence { get; } = sequence;

    public Message Content { get; } = content;

    public DateTimeOffset Enqueued { get; set; } = enqueued;

    public DateTimeOffset? Due { get; set; }

    public int Deliveries { get; set; }

    public Guid Lock { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    /// <summary>What was added when it was put aside.</summary>
    public Dictionary<string, object?> Added { get; } = new(StringComparer.Ordinal);

    public static DateTimeOffset? DueOf(Message message) =>
        message.MessageAnnotations?.Map.TryGetValue((Symbol)"x-opt-scheduled-enqueue-time", out var due) is true ? new(DateTime.SpecifyKind((DateTime)due, DateTimeKind.Utc)) : null;

    /// <summary>Decoded from memory of its own: the listener reuses what it reads into.</summary>
    public static Message Decode(byte[] bytes) => Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));

    public static byte[] Encode(Message message)
    {
        var buffer = message.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    /// <summary>A new message for one delivery or one look.</summary>
    /// <param name="deliveries">How often it was delivered before.</param>
    public Message ToMessage(int deliveries, bool locked)
    {
        var message = new Message
        {
            Header = new Header { Durable = true, DeliveryCount = (uint)deliveries },
            MessageAnnotations = new MessageAnnotations(),
            Properties = Content.Properties,
            ApplicationProperties = Content.ApplicationProperties,
            BodySection = Content.BodySection,
        };
        foreach (var (name, value) in Content.MessageAnnotations?.Map ?? []) message.MessageAnnotations.Map[name] = value;
        message.MessageAnnotations[(Symbol)"x-opt-sequence-number"] = Sequence;
        message.MessageAnnotations[(Symbol)"x-opt-enqueued-time"] = Enqueued.UtcDateTime;
        message.MessageAnnotations[(Symbol)"x-opt-message-state"] = Due is null ? 0 : 2;
        if (Added.Count > 0) message.ApplicationProperties = WithAdded();
        if (!locked) return message;
        message.MessageAnnotations[(Symbol)"x-opt-locked-until"] = LockedUntil.UtcDateTime;
        message.DeliveryAnnotations = new DeliveryAnnotations();
        message.DeliveryAnnotations[(Symbol)LockToken] = Lock;
        return message;
    }

    private ApplicationProperties WithAdded()
    {
        var all = new ApplicationProperties();
        foreach (var (name, value) in Content.ApplicationProperties?.Map ?? []) all.Map[name] = value;
        foreach (var (name, value) in Added) all.Map[name] = value;
        return all;
    }
}
