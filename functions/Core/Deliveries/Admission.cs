using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;

namespace MarketingAutomation.Deliveries;

/// <summary>May this message go: asked for one customer, and committed before anything leaves.</summary>
public abstract record Admission
{
    private Admission() { } // closed: these cases and no others

    public sealed record Send(string Address) : Admission;

    public sealed record Skip(SkipReason Reason) : Admission;

    /// <param name="address">The address <paramref name="suppressed"/> is about.</param>
    public static Admission Of(Catalog catalog, Customer customer, Delivery delivery, string? address, bool suppressed) =>
        customer.Runs.GetValueOrDefault(delivery.Run) is not { IsActive: true } run || run.Step != delivery.Step ? new Skip(SkipReason.RunEnded)
        : !catalog.Messages.TryGetValue(delivery.Message, out _) ? new Skip(SkipReason.MessageRemoved)
        : address is null ? new Skip(SkipReason.NoAddress)
        : suppressed ? new Skip(SkipReason.Suppressed)
        : !Consents.May(catalog.Policy, customer, delivery.Topic) ? new Skip(customer.Consents.ContainsKey(delivery.Topic) ? SkipReason.Unsubscribed : SkipReason.NoConsent)
        : new Send(address);
}

/// <summary>Why a message was not sent; reports count them by name.</summary>
public enum SkipReason
{
    /// <summary>The run is on the side that gets no messages.</summary>
    Holdout,

    /// <summary>The run ended or went on before the message could go.</summary>
    RunEnded,

    /// <summary>The message was taken out of the config.</summary>
    MessageRemoved,
    NoAddress,

    /// <summary>The address bounced for good, complained, or was put on the list.</summary>
    Suppressed,

    /// <summary>The topic needs a yes that was never given.</summary>
    NoConsent,

    /// <summary>The customer refused the topic.</summary>
    Unsubscribed,

    /// <summary>The template prints something the customer does not have.</summary>
    MissingData,
}
