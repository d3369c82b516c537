using MarketingAutomation.Reports;

namespace MarketingAutomation.Deliveries;

/// <summary>A delivery of which nobody knows is asked about day by day, and in the end reported as not accepted or as unresolved. Nothing is sent again by it, and whatever a callback, an open or a click says later still counts.</summary>
public static class Reconciling
{
    /// <summary>From the claim to the first question, and from each to the next: so long SendGrid posts a callback again that was not taken (docs.sendgrid.com, Getting started with the Event Webhook, 2021).</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(24);

    /// <summary>From the claim on. What nobody has said anything of by then stays unknown, and is reported as unresolved.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(72);

    /// <summary>Callbacks of messages claimed so much later say that the silence about an earlier one is no delay.</summary>
    /// <remarks>An attempt takes up to a minute, instances' clocks differ by seconds, and a provider's servers post each for itself and in no order; an hour is ample, and costs nothing with a day to wait anyway.</remarks>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Reason of a delivery that failed: the provider has told of later messages and not of this one.</summary>
    public const string NotAccepted = "not-accepted";

    /// <summary>A delivery that stays unknown: what reports call it, and how its reason begins.</summary>
    public const string Unresolved = "unresolved";

    /// <summary>Sees to it that somebody asks about a delivery that has become unknown.</summary>
    internal static Delivery Begin(Turn turn, Delivery unknown) => Ask(turn, unknown, unknown.ClaimedAt!.Value + Every);

    /// <summary>Takes in what the silence about a delivery means by now.</summary>
    internal static void Take(Turn turn, Input.Reconcile input)
    {
        if (turn.Customer.Deliveries.GetValueOrDefault(input.Delivery) is not { Status: DeliveryStatus.Unknown, ClaimedAt: { } claimed, Until: { } due } delivery || due > turn.Now) return;
        if (input.CalledBack >= claimed + Margin) Dispatch.End(turn, delivery, DeliveryStatus.Failed, NotAccepted);
        else if (turn.Now >= claimed + GiveUpAfter) GiveUp(turn, delivery);
        else turn.Put(Ask(turn, delivery, Earlier(turn.Now + Every, claimed + GiveUpAfter)));
    }

    private static Delivery Ask(Turn turn, Delivery unknown, DateTimeOffset due)
    {
        turn.Deliver(unknown, due);
        return unknown with { Until = due };
    }

    private static void GiveUp(Turn turn, Delivery delivery)
    {
        turn.Put(delivery with { StatusAt = turn.Now, Until = null, Reason = $"{Unresolved}: {delivery.Reason}" });
        turn.Note($"delivery {delivery.Id} {Unresolved}");
        turn.Record(new Fact.Settled(delivery.Journey, delivery.Run, delivery.EnteredAt, turn.Now, delivery.Id, delivery.Step, delivery.Message, Unresolved, null));
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
