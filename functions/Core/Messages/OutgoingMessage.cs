using MarketingAutomation.Customers;

namespace MarketingAutomation.Messages;

/// <summary>A message rendered for one customer, ready for a channel.</summary>
/// <param name="Delivery">Delivery id; the channel's idempotency key where it has one.</param>
/// <param name="To">E-mail address.</param>
/// <param name="UnsubscribeUrl">RFC 8058 one-click address, already signed; null where the topic cannot be refused.</param>
public sealed record OutgoingMessage(string Delivery, string To, Sender From, string Subject, string Html, string Text, string Locale, string? UnsubscribeUrl)
{
    /// <summary>Whose message it is; with the delivery's id all that a provider is told, so that its callbacks find their partition.</summary>
    public CustomerKey Customer { get; init; }

    /// <summary>Ids of the journey and the message it comes from, for a provider's own statistics.</summary>
    public string? Journey { get; init; }

    /// <inheritdoc cref="Journey"/>
    public string? Message { get; init; }

    /// <summary>The HTML without pixel, to be kept for <c>view_url</c>, in the commit that claims the delivery; null where the message does not lead there.</summary>
    public string? Page { get; init; }
}
