using System.Text.Json.Serialization;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Channels;

/// <summary>A message as the webhook's receiver gets it.</summary>
/// <param name="Delivery">Delivery's id; the same once more is the same message.</param>
/// <param name="Customer">Customer's key; with the delivery's id it names the message in reports.</param>
internal sealed record WebhookMessage(
    string Delivery, string? Customer, string? Journey, string? Message, string To, WebhookSender From, string Subject, string Html, string Text, string Locale, string? UnsubscribeUrl)
{
    public static WebhookMessage Of(OutgoingMessage message) => new(
        message.Delivery, message.Customer.Value, message.Journey, message.Message, message.To, new(message.From.Email, message.From.Name, message.From.ReplyTo),
        message.Subject, message.Html, message.Text, message.Locale, message.UnsubscribeUrl);
}

internal sealed record WebhookSender(string Email, string Name, string? ReplyTo);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookMessage))]
internal sealed partial class ChannelJson : JsonSerializerContext;
