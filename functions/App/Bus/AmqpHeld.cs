using Amqp;

namespace MarketingAutomation.Bus;

/// <summary>A message received under lock.</summary>
internal sealed class AmqpHeld(string address, AmqpLink<ReceiverLink> link, Message message, DateTimeOffset arrived)
{
    public string Address { get; } = address;

    /// <summary>The link it came by, which may be lost by now.</summary>
    public AmqpLink<ReceiverLink> Link { get; } = link;

    public Message Message { get; } = message;

    /// <summary>Names the lock to the service, also by another link.</summary>
    public Guid Token { get; } = message.DeliveryTag is { Length: 16 } tag ? new(tag) : Guid.NewGuid();

    /// <summary>When the lock ends, UTC; renewals move it.</summary>
    public DateTimeOffset LockedUntil { get; set; } = AmqpMessages.LockedUntil(message) ?? DateTimeOffset.MaxValue;

    /// <summary>By our clock, UTC.</summary>
    public DateTimeOffset Arrived { get; } = arrived;

    public int DeliveryCount { get; } = AmqpMessages.DeliveriesBefore(message) + 1;

    public string Lock => Token.ToString("n");

    public Received ToReceived() => new(Address, AmqpMessages.Id(Message), Lock, DeliveryCount, AmqpMessages.Body(Message));
}
