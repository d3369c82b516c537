using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Deliveries;

/// <summary>What providers report comes back as events of the customer, under the names of the Segment spec for e-mail where it has one; here the events are made, and credited to their deliveries.</summary>
public static class Callbacks
{
    private const string Sent = "Email Sent", Deferred = "Email Deferred", Delivered = "Email Delivered", Bounced = "Email Bounced", Dropped = "Email Dropped", Complained = "Email Marked as Spam";

    // What the provider does is no sign of life of the customer.
    private static readonly JsonElement Inactive = JsonElement.Parse("""{"active":false}""");

    /// <summary>Whether the report stops messages, so that nothing else may go first.</summary>
    public static bool IsUrgent(Callback callback) => Suppresses(callback) || callback.Kind is CallbackKind.Unsubscribed or CallbackKind.UnsubscribedFromAll;

    /// <summary>Whether the address gets nothing more.</summary>
    public static bool Suppresses(Callback callback) => callback is { Kind: CallbackKind.Complained } or { Kind: CallbackKind.Bounced or CallbackKind.Dropped, Hard: true };

    /// <summary>The report as events of the customer: one, or one for each topic that is refused.</summary>
    /// <param name="customer">Whose message it was.</param>
    /// <param name="delivery">As it was when it was handed over.</param>
    public static IReadOnlyList<CustomerEvent> Events(Policy policy, CustomerKey customer, Delivery delivery, Callback callback, DateTimeOffset receivedAt)
    {
        return callback.Kind switch
        {
            CallbackKind.Sent => [Report(Sent)],
            CallbackKind.Deferred => [Report(Deferred)],
            CallbackKind.Delivered => [Report(Delivered)],
            CallbackKind.Bounced => [Report(Bounced, ("type", callback.Hard ? "hard" : "soft"))],
            CallbackKind.Dropped => [Report(Dropped, ("type", callback.Hard ? "hard" : "soft"))],
            CallbackKind.Complained => [Report(Complained, ("type", "hard"))],
            CallbackKind.Unsubscribed => [Refusal(delivery.Topic)],
            CallbackKind.UnsubscribedFromAll => [.. policy.Topics.Keys.Where(policy.MayBeRefused).Order(StringComparer.Ordinal).Select(Refusal)],
            CallbackKind.Opened => [Hit(HitKind.Open)],
            CallbackKind.Clicked => [Hit(HitKind.Click)],
            _ => throw new UnreachableException($"No events for {callback.Kind}"),
        };

        CustomerEvent Report(string name, params ReadOnlySpan<(string Name, string? Value)> more) =>
            Event(name, "", active: false, [.. more, ("reason", callback.Reason), ("email", callback.Address), ("provider_id", callback.ProviderId)]);

        CustomerEvent Refusal(string topic) => Event("Unsubscribed", topic, active: true, [("topic", topic), ("source", "provider")]);

        CustomerEvent Hit(HitKind kind)
        {
            var by = callback.Machine ? HitBy.Machine : HitClassifier.Classify(new(kind, "GET", callback.UserAgent, callback.At - delivery.ClaimedAt));
            return Event(Hits.EventName(kind, by), "", active: by == HitBy.Human, [("by", by switch { HitBy.Human => "human", HitBy.LikelyMachine => "likely-machine", _ => "machine" }), ("user_agent", callback.UserAgent), ("link_url", callback.Url)]);
        }

        CustomerEvent Event(string name, string part, bool active, ReadOnlySpan<(string Name, string? Value)> more) => new CustomerEvent.Tracked
        {
            MessageId = Hash.Id("callback", callback.Id, part),
            Customer = customer,
            Event = name,
            At = callback.At < receivedAt ? callback.At : receivedAt,
            ReceivedAt = receivedAt,
            Context = active ? default : Inactive,
            Properties = Properties([("delivery", delivery.Id), ("campaign_id", delivery.Journey), ("email_id", delivery.Message), .. more]),
        };
    }

    /// <summary>The delivery that an input says was sent; null where it says so of none.</summary>
    public static string? SentBy(Input input) => input switch
    {
        Input.Settle { Outcome: Outcome.Sent, Delivery: var id } => id,
        Input.Happened { Event: CustomerEvent.Tracked { Customer: not null } told } when StatusOf(told.Event) is not null || Hits.Come(told.Event) => Text(told, "delivery"),
        _ => null,
    };

    /// <summary>Moves the delivery to what the provider reports of it, and stops messages to an address that is no good.</summary>
    internal static void Take(Turn turn, CustomerEvent e)
    {
        // Who sends events from outside cannot name a partition: only what we made ourselves has one, and speaks for the provider.
        if (e is not CustomerEvent.Tracked { Customer: not null } told || StatusOf(told.Event) is not { } status) return;
        var reason = Text(told, "reason");
        if (Text(told, "type") == "hard" && (Text(told, "email") ?? turn.Customer.Email) is { } address) turn.Add(new Effect.Suppress(address, reason ?? status.Name()));

        if (Text(told, "delivery") is not { } id || turn.Customer.Deliveries.GetValueOrDefault(id) is not { } delivery) return;
        if (told.Event == Complained) turn.Add(Reception.Count(delivery, Reaction.Complaint));
        if (told.Event == Bounced && Text(told, "type") == "hard") turn.Add(Reception.Count(delivery, Reaction.HardBounce)); // what was dropped never came to a mailbox
        if (delivery.IsSettled && delivery.Status > status) Dispatch.Tell(turn, delivery, status, reason); // what came first is told later
        if (delivery.IsSettled && delivery.Status >= status) return;
        Dispatch.End(turn, delivery with { ProviderId = delivery.ProviderId ?? Text(told, "provider_id") }, status, reason);
        Merging.LeaveIfPending(turn);
    }

    // Dropped counts as bounced: it was handed over, and the customer did not get it.
    private static DeliveryStatus? StatusOf(string name) => name switch
    {
        Sent => DeliveryStatus.Sent,
        Delivered => DeliveryStatus.Delivered,
        Bounced or Dropped => DeliveryStatus.Bounced,
        Complained => DeliveryStatus.Complained,
        _ => null,
    };

    private static JsonElement Properties(ReadOnlySpan<(string Name, string? Value)> properties)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in properties)
                if (value is not null) json.WriteString(name, value);
            json.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static string? Text(CustomerEvent.Tracked e, string name) => Tests.Find(e.Properties, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
