namespace MarketingAutomation.Messages;

/// <summary>A message rendered for one customer, ready for a channel.</summary>
/// <param name="Delivery">Delivery id; the channel's idempotency key where it has one.</param>
/// <param name="To">E-mail address.</param>
/// <param name="UnsubscribeUrl">RFC 8058 one-click address, already signed; null where the topic cannot be refused.</param>
public sealed record OutgoingMessage(string Delivery, string To, Sender From, string Subject, string Html, string Text, string Locale, string? UnsubscribeUrl);
