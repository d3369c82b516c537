using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;
using MimeKit;

namespace MarketingAutomation.Hooks;

/// <summary>Reads bounces (delivery status notifications, RFC 3464) and complaints (abuse reports, RFC 5965) as they come by mail.</summary>
internal static class MailReports
{
    /// <summary>What a mail reports; nothing where it is no report.</summary>
    /// <param name="mail">RFC 5322, as it came.</param>
    public static IReadOnlyList<ProviderReport> Read(byte[] mail, DateTimeOffset receivedAt)
    {
        try
        {
            using var mime = MimeMessage.Load(new MemoryStream(mail, writable: false));
            if (mime.Body is not MultipartReport report) return [];
            var name = NameOf(mime, report);
            var at = mime.Date > DateTimeOffset.UnixEpoch && mime.Date < receivedAt ? mime.Date.ToUniversalTime() : receivedAt;
            var id = $"mail {mime.MessageId ?? Hash.Id(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(mail)))}";
            return [.. report.SelectMany(part => CallbacksOf(part, id, at)).Select(callback => new ProviderReport(name, callback))];
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static IEnumerable<Callback> CallbacksOf(MimeEntity part, string id, DateTimeOffset at) => part switch
    {
        // The first group is about the message, each of the others about one recipient.
        MessageDeliveryStatus status => status.StatusGroups.Skip(1).Index().Select(group => Of(group.Item, $"{id} {group.Index}", at)).OfType<Callback>(),
        MessageFeedbackReport feedback => Of(feedback.Fields, id, at) is { } complaint ? [complaint] : [],
        _ => [],
    };

    private static Callback? Of(HeaderList recipient, string id, DateTimeOffset at)
    {
        if (recipient["Feedback-Type"] is { } type)
            return type.Trim().Equals("abuse", StringComparison.OrdinalIgnoreCase) ? new(CallbackKind.Complained, id, at) { Reason = "feedback abuse" } : null;
        var status = recipient["Status"]?.Trim().Split(' ')[0] ?? "";
        if (!status.All(c => char.IsAsciiDigit(c) || c == '.') || status.Length > 12) status = "";
        var about = new Callback(CallbackKind.Bounced, id, at) { Address = AddressIn(recipient["Original-Recipient"] ?? recipient["Final-Recipient"]), Reason = $"dsn {status}".TrimEnd() };
        return recipient["Action"]?.Trim().ToLowerInvariant() switch
        {
            "failed" => about with { Hard = SmtpOutcome.IsAboutRecipient(status) },
            "delayed" => about with { Kind = CallbackKind.Deferred },
            "delivered" => about with { Kind = CallbackKind.Delivered },
            _ => null,      // passed on to where nobody reports from
        };
    }

    // Our own header where the report brings the message back; else the address it was sent to, which was made for this message.
    private static DeliveryName? NameOf(MimeMessage mime, MultipartReport report)
    {
        foreach (var part in report)
            if (DeliveryName.TryRead(HeadersOf(part)?[DeliveryName.Header]?.Trim(), out var name)) return name;
        var addresses = mime.To.Mailboxes.Select(mailbox => mailbox.Address)
            .Concat(new[] { "Delivered-To", "X-Original-To" }.Select(header => mime.Headers[header]))
            .Concat(report.OfType<MessageFeedbackReport>().Select(feedback => feedback.Fields["Original-Mail-From"]));
        foreach (var address in addresses)
            if (address is not null && ReturnAddress.TryRead(address.Trim().Trim('<', '>'), out var name)) return name;
        return null;
    }

    private static HeaderList? HeadersOf(MimeEntity part) => part switch
    {
        TextRfc822Headers headers => headers.Message?.Headers,
        MessagePart original => original.Message?.Headers,
        _ => null,
    };

    // "rfc822; mei@example.test"
    private static string? AddressIn(string? field) => field?[(field.IndexOf(';') + 1)..].Trim() is { Length: > 0 and <= 254 } address ? address : null;
}
