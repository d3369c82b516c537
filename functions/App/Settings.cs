using MarketingAutomation.Commands;

namespace MarketingAutomation;

/// <summary>What the surroundings say: environment variables, which hold what must not stand in a command line or in a config under git.</summary>
/// <param name="WriteKeys"><c>MARKETING_WRITE_KEYS</c>, parted by commas; empty where every key is good.</param>
/// <param name="PublicUrl"><c>MARKETING_PUBLIC_URL</c>: where customers reach us; this machine where not given.</param>
/// <param name="Smtp"><c>MARKETING_SMTP</c>: <c>smtp://user:password@host:port</c>, or <c>smtps://</c> for TLS from the start; files instead where not given.</param>
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

    private static Uri? Url(string name, params ReadOnlySpan<string> schemes)
    {
        if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && url.Host.Length > 0
            ? url
            : throw new CommandFault($"{name} is no address; write it as {string.Join(" or ", schemes.ToArray().Select(scheme => $"{scheme}://host"))}.");
    }
}
