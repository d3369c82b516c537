using System.Text.Json;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.PutAside;

/// <summary>Reads the rows of quarantine: messages under their queue's name, inputs under their customer's key.</summary>
internal static class QuarantineRows
{
    /// <summary>What kind of work a row holds, why it is there, and the work itself as JSON.</summary>
    public static (string What, string Reason, byte[] Content) Read(Row row)
    {
        if (Queue.All.Contains(row.Partition)) return MessageOf(row) is var message ? (row.Partition, message.Reason, message.Body) : default;
        var entry = CustomerRows.LogEntry(row);
        return (entry.Input.GetType().Name.ToLowerInvariant(), entry.Notes is [var reason, ..] ? reason : "", JsonSerializer.SerializeToUtf8Bytes(entry.Input, CoreJson.Default.Input));
    }

    /// <summary>The queue and the messages by which the work is done again.</summary>
    /// <exception cref="NotSupportedException">There is no such way.</exception>
    public static (string Queue, IReadOnlyList<byte[]> Bodies) Again(Row row)
    {
        if (Queue.All.Contains(row.Partition)) return (row.Partition, [MessageOf(row).Body]);
        var customer = new CustomerKey(row.Partition);
        return CustomerRows.LogEntry(row).Input switch
        {
            Input.Happened { History: false, Event: var e } => (Queue.Events, EventsBody.Write([e with { Customer = customer }])),
            Input.Woke woke => (Queue.Wakes, [new Nudge.Wake(customer, woke.Due).ToBody()]),
            Input.MergeInto merge => (Queue.Wakes, [new Nudge.Merge(customer, merge.Into).ToBody()]),
            Input.Absorb absorb => (Queue.Wakes, [new Nudge.Absorb(customer, absorb.From, absorb.Position).ToBody()]),
            Input.Admit admit => (Queue.Deliveries, [new DeliveryRequest(customer, admit.Delivery).ToBody()]),
            Input.Enter enter => (Queue.Broadcasts, [new BroadcastWork.Enter(customer, enter.Broadcast).ToBody()]),
            Input.Settle => throw new NotSupportedException("What became of an attempt cannot be told again; its delivery is settled by the provider's callbacks, or stays unknown."),
            Input.Happened => throw new NotSupportedException("This is imported history; import its file again."),
            var other => throw new NotSupportedException($"There is no doing {other.GetType().Name.ToLowerInvariant()} again by itself; it happens with the customer's next input."),
        };
    }

    private static QuarantinedMessage MessageOf(Row row) => JsonSerializer.Deserialize(Packed.Unpack(row.Value).Span, QuarantineJson.Default.QuarantinedMessage)!;
}
