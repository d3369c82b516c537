using System.Globalization;
using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Channels;

/// <summary>Reads what a mail server's replies mean for a delivery.</summary>
internal static partial class SmtpOutcome
{
    /// <summary>A reply that refuses the message, or its sender or recipient.</summary>
    /// <param name="code">RFC 5321 §4.2: 4yz for now, 5yz for good.</param>
    /// <param name="text">After the code. It may name the address, so only its enhanced status code (RFC 3463) is kept.</param>
    public static Outcome Refused(int code, string text, SmtpErrorCode about)
    {
        var status = EnhancedStatus().Match(text).Value;
        var reason = string.Create(CultureInfo.InvariantCulture, $"smtp {code} {status}").TrimEnd();
        return code is >= 500 and < 600
            ? new Outcome.Failed(reason, HardBounce: about == SmtpErrorCode.RecipientNotAccepted && IsAboutRecipient(status))
            : new Outcome.Retry(reason, Outage: code == 421);  // RFC 5321 §3.8: the server is going away, and would for any message
    }

    /// <summary>Whether an enhanced status code says that the recipient's address is no good: X.1.z is about addresses, 5.1.7 and 5.1.8 about the sender's.</summary>
    public static bool IsAboutRecipient(string status) => status.StartsWith("5.1.", StringComparison.Ordinal) && status is not ("5.1.7" or "5.1.8");

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}\b")]
    private static partial Regex EnhancedStatus();
}
