using MarketingAutomation.Messages;
using SendGrid.Helpers.Mail;

namespace MarketingAutomation.Channels;

/// <summary>Writes a message as SendGrid takes it.</summary>
internal static class SendGridMail
{
    private const int MostCategoryCharacters = 255;

    public static SendGridMessage Of(OutgoingMessage message, bool sandbox)
    {
        var mail = new SendGridMessage
        {
            From = new(message.From.Email, message.From.Name),
            Subject = message.Subject,
            // One recipient, one personalization: several would share one X-Message-Id.
            Personalizations = [new Personalization { Tos = [new(message.To)], CustomArgs = new() { [DeliveryName.Argument] = DeliveryName.Of(message) } }],
            Contents = [new("text/plain", message.Text), new("text/html", message.Html)],      // the plainest form first
            Categories = [.. new[] { ("journey", message.Journey), ("message", message.Message) }.Where(category => category.Item2 is not null).Select(Category)],
        };
        if (message.From.ReplyTo is { } replyTo) mail.ReplyTo = new(replyTo, message.From.Name);
        if (message.UnsubscribeUrl is { } unsubscribe)
            mail.Headers = new() { ["List-Unsubscribe"] = $"<{unsubscribe}>", ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click" }; // RFC 8058 §3.1
        // Ours are in the message already; theirs would wrap links a second time and add a second way to unsubscribe.
        mail.SetClickTracking(enable: false, enableText: false);
        mail.SetOpenTracking(enable: false);
        mail.SetSubscriptionTracking(enable: false);
        if (sandbox) mail.SetSandBoxMode(enable: true);
        return mail;
    }

    // Kept by SendGrid for ever and for all to see: ids from the config only.
    private static string Category((string Kind, string? Id) category) => $"{category.Kind}:{category.Id}" is var name && name.Length <= MostCategoryCharacters ? name : name[..MostCategoryCharacters];
}
