using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Tracking;

/// <summary>Opens, clicks and refusals come back as events; here they are credited to the delivery they came from.</summary>
public static class Hits
{
    /// <summary>The event's name (Segment spec, email): what machines do has another name, so that no condition or journey takes it for the customer's doing.</summary>
    public static string EventName(HitKind kind, HitBy by) => (kind, by) switch
    {
        (HitKind.Open, HitBy.Human) => "Email Opened",
        (HitKind.Click, HitBy.Human) => "Email Link Clicked",
        (HitKind.Open, _) => "Email Opened by Machine",
        _ => "Email Link Clicked by Machine",
    };

    /// <summary>Name of the event that a message handed over leaves behind, so that conditions see it as they see any other.</summary>
    public const string Got = "Message Sent";

    /// <summary>The event of a message handed over; the same however often it is made.</summary>
    /// <param name="at">When it was settled as sent.</param>
    public static CustomerEvent SentEvent(Delivery delivery, DateTimeOffset at)
    {
        var properties = new System.Text.Json.Nodes.JsonObject { ["delivery"] = delivery.Id, ["campaign_id"] = delivery.Journey, ["email_id"] = delivery.Message, ["topic"] = delivery.Topic };
        return new CustomerEvent.Tracked { MessageId = $"sent-{delivery.Id}", Event = Got, At = at, ReceivedAt = at, Properties = JsonElement.Parse(properties.ToJsonString()) };
    }

    /// <summary>Whether events of this name come from a message, where they name its delivery.</summary>
    internal static bool Come(string name) => name is "Email Opened" or "Email Link Clicked" or "Email Opened by Machine" or "Email Link Clicked by Machine" or "Unsubscribed";

    internal static void Attribute(Turn turn, CustomerEvent e)
    {
        if (e is not CustomerEvent.Tracked tracked) return;
        if (!Come(tracked.Event)) return;
        if (Tests.Find(tracked.Properties, "delivery") is not { ValueKind: JsonValueKind.String } id || turn.Customer.Deliveries.GetValueOrDefault(id.GetString()!) is not { } delivery) return;
        if (tracked.Customer is not null && delivery.Status is >= DeliveryStatus.Sending and < DeliveryStatus.Sent) // its links are nowhere but in the message
        {
            Dispatch.End(turn, delivery, DeliveryStatus.Sent, null);
            Merging.LeaveIfPending(turn);
        }
        if (tracked.Event == "Unsubscribed")
        {
            if (Tests.Find(tracked.Properties, "topic") is { ValueKind: JsonValueKind.String } topic && topic.ValueEquals(Customers.Consents.Tracking)) return; // messages go on
            turn.Record(new Fact.Unsubscribed(delivery.Journey, delivery.Run, delivery.EnteredAt, e.At, delivery.Id, delivery.Step));
            turn.Add(Reception.Count(delivery, Reaction.Unsubscribe));
            return;
        }
        var kind = tracked.Event.StartsWith("Email Opened", StringComparison.Ordinal) ? HitKind.Open : HitKind.Click;
        var by = !tracked.Event.EndsWith("Machine", StringComparison.Ordinal) ? HitBy.Human
            : Tests.Find(tracked.Properties, "by") is { ValueKind: JsonValueKind.String } likely && likely.ValueEquals("likely-machine") ? HitBy.LikelyMachine : HitBy.Machine;
        turn.Record(new Fact.Hit(delivery.Journey, delivery.Run, delivery.EnteredAt, e.At, delivery.Id, delivery.Step, kind, by));
    }
}
