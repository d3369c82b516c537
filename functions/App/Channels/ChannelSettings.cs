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
        if (Text("MARKETING_SENDGRID") is not { } key) return null;
        if (Text("MARKETING_SMTP") is not null) throw new CommandFault("MARKETING_SENDGRID and MARKETING_SMTP are both set; messages go one way only.");
        if (key.Any(c => c is <= ' ' or > '~')) throw new CommandFault("MARKETING_SENDGRID is no API key; it begins with SG. and holds no spaces.");
        var settings = new SendGridSettings(key, Url("MARKETING_SENDGRID_HOST") ?? SendGridSettings.World, IsOn("MARKETING_SENDGRID_SANDBOX"));
        return new(clock => (new SendGridChannel(settings, clock), $"by {settings}"));
    }

    private static Uri? Url(string name) => Text(name) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) ? url
        : throw new CommandFault($"{name} is no address such as https://api.eu.sendgrid.com.");

    private static bool IsOn(string name) => Text(name) switch
    {
        null or "0" or "false" => false,
        "1" or "true" => true,
        _ => throw new CommandFault($"{name} is neither true nor false."),
    };

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
