using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;

namespace MarketingAutomation.Deliveries;

/// <summary>May this message go: asked for one customer, and committed before anything leaves.</summary>
public abstract record Admission
{
    private Admission() { } // closed: these cases and no others

    public sealed record Send(string Address) : Admission;

    /// <summary>Ask again then; where <paramref name="Until"/> is null, when an operator lets messages go on.</summary>
    public sealed record Hold(DateTimeOffset? Until, HoldReason Reason) : Admission;

    public sealed record Skip(SkipReason Reason) : Admission;

    /// <param name="asked">What the outside says of the delivery and its address.</param>
    /// <remarks>What ends the matter for good is asked first, so that nothing is held that will be skipped anyway.</remarks>
    public static Admission Of(Catalog catalog, Customer customer, Delivery delivery, Input.Admit asked, DateTimeOffset now) =>
        customer.Runs.GetValueOrDefault(delivery.Run) is not { IsActive: true } run || run.Step != delivery.Step ? new Skip(SkipReason.RunEnded)
        : !catalog.Messages.TryGetValue(delivery.Message, out _) ? new Skip(SkipReason.MessageRemoved)
        : asked.Stop == Stop.Killed ? new Skip(SkipReason.Killed)
        : now > delivery.RequestedAt + (catalog.Policy.StaleAfter ?? Policy.DefaultStaleAfter) ? new Skip(SkipReason.Stale)
        : asked.Address is not { } address ? new Skip(SkipReason.NoAddress)
        : asked.Suppressed ? new Skip(SkipReason.Suppressed)
        : !Consents.May(catalog.Policy, customer, delivery.Topic) ? new Skip(customer.Consents.ContainsKey(delivery.Topic) ? SkipReason.Unsubscribed : SkipReason.NoConsent)
        : asked.Stop == Stop.Paused ? new Hold(null, HoldReason.Paused) // whatever the topic: who stops messages in an emergency means all of them
        : catalog.Policy.MayBeRefused(delivery.Topic) && NotNow(catalog.Policy, customer, delivery, now) is { } later ? later
        : new Send(address);

    private static Admission? NotNow(Policy policy, Customer customer, Delivery delivery, DateTimeOffset now)
    {
        if (policy.IsControl(customer.Key)) return new Skip(SkipReason.Control);
        foreach (var cap in policy.FrequencyCaps ?? [])
            if (cap.RoomAt(policy, customer, delivery, now) is var room && room > now)
                return cap.Then == WhenNotNow.Skip ? new Skip(SkipReason.FrequencyCap) : new Hold(room, HoldReason.FrequencyCap);
        if (policy.QuietHours is { } quiet && quiet.NextAllowed(now, CustomerZone.Of(policy, customer)) is var allowed && allowed > now)
            return quiet.Then == WhenNotNow.Skip ? new Skip(SkipReason.QuietHours) : new Hold(allowed, HoldReason.QuietHours);
        return null;
    }
}

/// <summary>Why a message waits.</summary>
public enum HoldReason
{
    FrequencyCap,
    QuietHours,

    /// <summary>An operator, or the journey itself, has stopped messages for now.</summary>
    Paused,
}

/// <summary>Why a message was not sent; reports count them by name.</summary>
public enum SkipReason
{
    /// <summary>The run is on the side that gets no messages.</summary>
    Holdout,

    /// <summary>The customer is of the global control group.</summary>
    Control,

    /// <summary>The run ended or went on before the message could go.</summary>
    RunEnded,

    /// <summary>The message was taken out of the config.</summary>
    MessageRemoved,

    /// <summary>An operator has stopped messages for good.</summary>
    Killed,

    /// <summary>It could not go for so long that it makes no sense any more.</summary>
    Stale,
    NoAddress,

    /// <summary>The address bounced for good, complained, or was put on the list.</summary>
    Suppressed,

    /// <summary>The topic needs a yes that was never given.</summary>
    NoConsent,

    /// <summary>The customer refused the topic.</summary>
    Unsubscribed,

    /// <summary>The customer has had as many messages as the policy allows.</summary>
    FrequencyCap,

    /// <summary>It is night where the customer lives, and the policy does not wait for the morning.</summary>
    QuietHours,

    /// <summary>The template prints something the customer does not have.</summary>
    MissingData,
}
