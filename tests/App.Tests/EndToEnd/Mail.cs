using System.Net;
using System.Text.RegularExpressions;
using MimeKit;

namespace MarketingAutomation.EndToEnd;

/// <summary>A message as its reader has it: an <c>.eml</c> file, and nothing else.</summary>
internal sealed partial class Mail(MimeMessage message)
{
    public string To => message.To.Mailboxes.Single().Address;

    public string Subject => message.Subject ?? "";

    public string Html => message.HtmlBody ?? "";

    /// <summary>The address of the one-click header; null where it has none.</summary>
    public Uri? OneClick => message.Headers[HeaderId.ListUnsubscribe] is { } header ? new(header.Trim().Trim('<', '>')) : null;

    public string? OneClickPost => message.Headers["List-Unsubscribe-Post"];

    /// <summary>The links of its HTML in their order.</summary>
    public IReadOnlyList<Uri> Links => Addresses(Href());

    /// <summary>The images of its HTML.</summary>
    public IReadOnlyList<Uri> Images => Addresses(Src());

    /// <summary>Everything that a data folder's server has sent.</summary>
    public static IReadOnlyList<Mail> In(string data) =>
        Directory.Exists(Outbox(data)) ? [.. Directory.GetFiles(Outbox(data), "*.eml").Order(StringComparer.Ordinal).Select(file => new Mail(MimeMessage.Load(file)))] : [];

    private static string Outbox(string data) => Path.Combine(data, "outbox");

    private Uri[] Addresses(Regex attribute) => [.. attribute.Matches(Html).Select(match => new Uri(WebUtility.HtmlDecode(match.Groups[1].Value)))];

    [GeneratedRegex("""<a [^>]*href="([^"]+)""")]
    private static partial Regex Href();

    [GeneratedRegex("""<img [^>]*src="([^"]+)""")]
    private static partial Regex Src();
}
