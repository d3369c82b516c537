using MarketingAutomation.Channels;
using MarketingAutomation.Commands;

namespace MarketingAutomation;

/// <summary>What the surroundings say: environment variables, which hold what must not stand in a command line or in a config under git.</summary>
/// <param name="WriteKeys"><c>MARKETING_WRITE_KEYS</c>, parted by commas; empty where every key is good.</param>
/// <param name="PublicUrl"><c>MARKETING_PUBLIC_URL</c>: where customers reach us; where not given, the name Azure gave the app, or this machine.</param>
/// <param name="Smtp"><c>MARKETING_SMTP</c>: <c>smtp://user:password@host:587</c> with STARTTLS, <c>smtps://…:465</c> with TLS from the start; a server on this machine is spoken to in the clear. Files instead where not given.</param>
/// <param name="Storage"><c>MARKETING_STORAGE</c>: Table Storage, as a connection string or the table endpoint's address; SQLite in the data folder where not given.</param>
/// <param name="Bus"><c>ServiceBus</c>, a connection string, or <c>ServiceBus__fullyQualifiedNamespace</c>, a host name: what the Functions host's triggers read as well; SQLite where not given.</param>
internal sealed record Settings(IReadOnlySet<string> WriteKeys, Uri PublicUrl, Uri? Smtp, string? Storage, string? Bus)
{
    /// <summary>Names the data folder where no option does.</summary>
    public const string Data = "MARKETING_DATA";

    /// <summary>Names the config folder where no option does.</summary>
    public const string Config = "MARKETING_CONFIG";

    /// <summary><c>MARKETING_CONSOLE_KEY</c>: whoever shows it may use <c>console/api</c>; where it is not set, only this machine may.</summary>
    public static string? ConsoleKey => Text("MARKETING_CONSOLE_KEY");

    /// <param name="port">Where we listen, for whoever does.</param>
    /// <exception cref="CommandFault">A variable is not what it should be.</exception>
    public static Settings Read(int port = CommonOptions.DefaultPort)
    {
        var keys = (Text("MARKETING_WRITE_KEYS") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new(
            keys.ToHashSet(StringComparer.Ordinal),
            Url("MARKETING_PUBLIC_URL", "http", "https") ?? new Uri(Text("WEBSITE_HOSTNAME") is { } name ? $"https://{name}" : $"http://localhost:{port}"),
            Url("MARKETING_SMTP", "smtp", "smtps"),
            Text("MARKETING_STORAGE"),
            Text("ServiceBus") ?? Text("ServiceBus__fullyQualifiedNamespace"));
    }

    /// <exception cref="CommandFault">Something would be kept on a disk that does not outlive the machine.</exception>
    public void CheckLasting()
    {
        if (Text(Data) is null && (Storage is null || Bus is null || (Smtp is null && ChannelSettings.Read() is null)))
            throw new CommandFault($"Under the Functions host the disk does not last: set MARKETING_STORAGE, ServiceBus and MARKETING_SENDGRID or MARKETING_SMTP, or {Data} to a folder that does.");
    }

    /// <summary>Where every command finds customers and queues.</summary>
    /// <param name="data">The data folder.</param>
    public NodeOptions Node(string data) => new(data, PublicUrl, Storage: Storage, Bus: Bus);

    /// <summary>A variable; null where it is not set or empty.</summary>
    public static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    /// <summary>Where messages go.</summary>
    public (IChannel Channel, string Where) OpenChannel(string data, TimeProvider clock)
    {
        if (ChannelSettings.Read() is { } chosen) return chosen.Open(clock);
        var outbox = Path.Combine(data, "outbox");
        if (Smtp is null) return (new FileChannel(outbox, clock), $"as files to {outbox}");
        var smtp = SmtpOf(Smtp);
        return (new SmtpChannel(smtp, clock), $"by {smtp}");
    }

    private static SmtpSettings SmtpOf(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var (security, port) = url.Scheme == "smtps" ? (SmtpSecurity.Tls, 465) : url.IsLoopback ? (SmtpSecurity.None, 25) : (SmtpSecurity.StartTls, 587);
        return SmtpOptions.Read(new(url.Host, url.Port > 0 ? url.Port : port, security,
            url.UserInfo.Length > 0 ? Uri.UnescapeDataString(user[0]) : null, user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null));
    }

    private static Uri? Url(string name, params ReadOnlySpan<string> schemes)
    {
        if (Text(name) is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && url.Host.Length > 0
            ? url
            : throw new CommandFault($"{name} is no address; write it as {string.Join(" or ", schemes.ToArray().Select(scheme => $"{scheme}://host"))}.");
    }
}
