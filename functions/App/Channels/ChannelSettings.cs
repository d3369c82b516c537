using MarketingAutomation.Commands;

namespace MarketingAutomation.Channels;

/// <summary>A provider chosen by environment variables; there is at most one.</summary>
/// <param name="Open">Opens the channel, and says where messages go.</param>
internal sealed record ChannelSettings(Func<TimeProvider, (IChannel Channel, string Where)> Open)
{
    /// <returns>Null where none is chosen: messages go by mail server, or as files.</returns>
    /// <exception cref="CommandFault">A variable is not what it should be.</exception>
    public static ChannelSettings? Read()
    {
        string[] chosen = [.. new[] { "MARKETING_SENDGRID", "MARKETING_WEBHOOK", "MARKETING_SMTP" }.Where(name => Settings.Text(name) is not null)];
        if (chosen.Length > 1) throw new CommandFault($"{string.Join(" and ", chosen)} are set; messages go one way only.");
        return Settings.Text("MARKETING_SENDGRID") is { } key ? SendGrid(key) : Url("MARKETING_WEBHOOK", "https://example.com/messages") is { } url ? Webhook(url) : null;
    }

    private static ChannelSettings SendGrid(string key)
    {
        if (key.Any(c => c is <= ' ' or > '~')) throw new CommandFault("MARKETING_SENDGRID is no API key; it begins with SG. and holds no spaces.");
        var settings = new SendGridSettings(key, Url("MARKETING_SENDGRID_HOST", "https://api.eu.sendgrid.com") ?? SendGridSettings.World, IsOn("MARKETING_SENDGRID_SANDBOX"));
        return new(clock => (new SendGridChannel(settings, clock), $"by {settings}"));
    }

    private static ChannelSettings Webhook(Uri url)
    {
        if (Settings.Text("MARKETING_WEBHOOK_SECRET") is not { Length: >= 24 } secret) throw new CommandFault("MARKETING_WEBHOOK needs MARKETING_WEBHOOK_SECRET, at least 24 characters, which the receiver checks signatures with.");
        var settings = new WebhookSettings(url, WebhookSettings.KeyOf(secret));
        return new(clock => (new WebhookChannel(settings, clock), $"by {settings}"));
    }

    private static Uri? Url(string name, string example) => Settings.Text(name) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) ? url
        : throw new CommandFault($"{name} is no address such as {example}.");

    private static bool IsOn(string name) => Settings.Text(name) switch
    {
        null or "0" or "false" => false,
        "1" or "true" => true,
        _ => throw new CommandFault($"{name} is neither true nor false."),
    };
}
