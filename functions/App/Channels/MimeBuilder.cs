using System.Diagnostics.CodeAnalysis;
using System.Text;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using MimeKit;

namespace MarketingAutomation.Channels;

/// <summary>Writes a message as e-mail. The same message and date give the same bytes.</summary>
internal static class MimeBuilder
{
    /// <summary>Nobody can be written to there: no provider needs to be asked.</summary>
    public static readonly Outcome.Failed NoAddress = new("address: malformed, or not ASCII before the @", HardBounce: true);

    private const int LineCharacters = 78; // RFC 5322 §2.1.1

    /// <summary>Whether the text is one address, and one that any server takes.</summary>
    public static bool CanWriteTo(string address) =>
        MailboxAddress.TryParse(address, out var mailbox) && mailbox.Address == address && address.LastIndexOf('@') is > 0 and var at && Ascii.IsValid(address.AsSpan(0, at));

    /// <param name="date">Header <c>Date</c>; there is none where null.</param>
    /// <returns>False where the address is none (<see cref="NoAddress"/>).</returns>
    /// <exception cref="ParseException">The sender's address is none; it comes from the config and not from the customer.</exception>
    public static bool TryBuild(OutgoingMessage message, DateTimeOffset? date, [NotNullWhen(true)] out OutgoingMime? mime)
    {
        mime = null;
        if (!CanWriteTo(message.To)) return false;

        var from = new MailboxAddress(message.From.Name, message.From.Email);
        mime = new(message) { Subject = message.Subject, MessageId = $"{message.Delivery}@{from.Domain}" };
        mime.From.Add(from);
        mime.To.Add(MailboxAddress.Parse(message.To));
        if (message.From.ReplyTo is { } replyTo) mime.ReplyTo.Add(new MailboxAddress(message.From.Name, replyTo));
        if (date is { } day) mime.Date = day;
        else mime.Headers.Remove(HeaderId.Date);
        if (message.Customer.Value is not null) mime.Headers.Add(DeliveryName.Header, DeliveryName.Of(message));
        if (message.UnsubscribeUrl is { } unsubscribe)
        {
            mime.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe}>");
            mime.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");   // RFC 8058 §3.1
        }
        mime.Prepare(EncodingConstraint.SevenBit, LineCharacters);                          // any server takes these bytes
        return true;
    }
}

/// <summary>A message that knows when the last of it has been given to a stream.</summary>
internal sealed class OutgoingMime : MimeMessage
{
    private readonly Alternatives alternatives;

    public OutgoingMime(OutgoingMessage message) => Body = alternatives = new(message);

    /// <summary>Where bounces go; to the sender where null.</summary>
    public MailboxAddress? ReturnTo { get; set; }

    public bool IsWritten => alternatives.IsWritten;

    // The richest form last: RFC 2046 §5.1.4.
    private sealed class Alternatives : MultipartAlternative
    {
        public Alternatives(OutgoingMessage message) : base(new TextPart("plain") { Text = message.Text }, new TextPart("html") { Text = message.Html }) => Boundary = $"=_{message.Delivery}";

        public bool IsWritten { get; private set; }

        public override async Task WriteToAsync(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
        {
            using var content = new MemoryStream();     // in one piece, because the library waits for every line otherwise
            WriteTo(options, content, contentOnly, cancellationToken);
            await stream.WriteAsync(content.GetBuffer().AsMemory(0, (int)content.Length), cancellationToken);
            IsWritten = true;
        }
    }
}
