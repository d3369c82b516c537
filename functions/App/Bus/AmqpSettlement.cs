using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;
using EventId = Amqp.Handler.EventId;

namespace MarketingAutomation.Bus;

/// <summary>
/// Settles messages and waits for the peer to confirm. AMQPNetLite's own Accept, Reject and Modify tell nobody when the lock was lost
/// (its issue 164); its session can send a disposition that asks for an answer, and its handler sees the answer.
/// </summary>
internal sealed class AmqpSettlement : IHandler
{
    private const string Delivery = "Amqp.Delivery, Amqp.Net";

    private readonly ConcurrentDictionary<object, TaskCompletionSource<DeliveryState?>> _asked = new(ReferenceEqualityComparer.Instance);

    /// <summary>Completes with what the peer made of it: the outcome asked for, or a rejection that says why not.</summary>
    public async Task<DeliveryState?> SettleAsync(AmqpLink<ReceiverLink> link, Message message, Outcome outcome, TimeSpan within, CancellationToken ct)
    {
        var handle = message.GetDelivery();
        var delivery = DeliveryOf(ref handle);
        var answer = _asked.GetOrAdd(delivery, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await using var lost = link.FailWhenGone(answer);
            Dispose(link.Link.Session, true, delivery, outcome, false);
            return await answer.Task.WaitAsync(within, ct);
        }
        finally
        {
            _asked.TryRemove(delivery, out _);
        }
    }

    /// <summary>Forgets a message whose lock has ended; whatever the peer thinks of it.</summary>
    public static void Forget(AmqpLink<ReceiverLink> link, Message message)
    {
        if (!link.IsOpen) return;
        var handle = message.GetDelivery();
        Dispose(link.Link.Session, true, DeliveryOf(ref handle), new Released(), true);
    }

    public bool CanHandle(EventId id) => id == EventId.DeliveryStateChanged;

    public void Handle(Event protocolEvent)
    {
        if (_asked.TryGetValue(protocolEvent.Context, out var answer)) answer.TrySetResult(((IDelivery)protocolEvent.Context).State);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Delivery")]
    [return: UnsafeAccessorType(Delivery)]
    private static extern object DeliveryOf(ref MessageDelivery handle);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "DisposeDelivery")]
    private static extern void Dispose(Session session, bool role, [UnsafeAccessorType(Delivery)] object delivery, DeliveryState state, bool settled);
}
