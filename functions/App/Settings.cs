using MarketingAutomation.Channels;
using MarketingAutomation.Commands;

namespace MarketingAutomation;

/// <summary>What the surroundings say: environment variables, which hold what must not stand in a command line or in a config under git.</summary>
/// <param name="WriteKeys"><c>MARKETING_WRITE_KEYS</c>, parted by commas; empty where every key is good.</param>
/// <param name="PublicUrl"><c>MARKETING_PUBLIC_URL</c>: where customers reach us; this machine where not given.</param>
/// <param name="Smtp"><c>MARKETING_SMTP</c>: <c>smtp://user:password@host:587</c> with STARTTLS, <c>smtps://…:465</c> with TLS from the start; a server on this machine is spoken to in the clear. Files instead where not given.</param>
internal sealed record Settings(IReadOnlySet<string> WriteKeys, Uri PublicUrl, Uri? Smtp)
{
    /// <exception cref="CommandFault">A variable is not what it should be.</exception>
    public static Settings Read(int port)
    {
        var keys = (Environment.GetEnvironmentVariable("MARKETING_WRITE_KEYS") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new(
            keys.ToHashSet(StringComparer.Ordinal),
            Url("MARKETING_PUBLIC_URL", "http", "https") ?? new Uri($"http://localhost:{port}"),
            Url("MARKETING_SMTP", "smtp", "smtps"));
    }

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
        return new(url.Host, url.Port > 0 ? url.Port : port, security,
            url.UserInfo.Length > 0 ? Uri.UnescapeDataString(user[0]) : null, user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null);
    }

    private static Uri? Url(string name, params ReadOnlySpan<string> schemes)
    {
        if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && url.Host.Length > 0
            ? url
            : throw new CommandFault($"{name} is no address; write it as {string.Join(" or ", schemes.ToArray().Select(scheme => $"{scheme}://host"))}.");
    }
}
