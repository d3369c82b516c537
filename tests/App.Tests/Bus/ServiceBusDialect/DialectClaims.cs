using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Amqp;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary><c>$cbs</c>: who may use what on which connection, until when.</summary>
internal sealed class DialectClaims(string keyName, string key, TimeProvider clock) : DialectNode
{
    /// <param name="Type"><c>servicebus.windows.net:sastoken</c> or <c>jwt</c>.</param>
    public sealed record Claim(string Type, string Audience, DateTimeOffset Expires);

    private readonly ConditionalWeakTable<Connection, ConcurrentDictionary<string, DateTimeOffset>> _claims = [];

    /// <summary>All that were put.</summary>
    public ConcurrentQueue<Claim> Put { get; } = new();

    /// <summary>The end of a token that is no shared key's; null where there is no such token.</summary>
    public Func<string, DateTimeOffset?> Jwt { get; set; } = _ => null;

    /// <summary>Links are told at the end of their token; never null.</summary>
    public Action<Connection, string> OnExpired { get; set; } = (_, _) => { };

    public bool Allows(Connection connection, string address) =>
        _claims.TryGetValue(connection, out var claims) && claims.Any(claim => claim.Value > clock.GetUtcNow() && IsUnder(Path(claim.Key), address));

    /// <summary>A claim on a path holds for everything under it.</summary>
    public static bool IsUnder(string path, string address) => path.Length == 0 || address == path || address.StartsWith($"{path}/", StringComparison.Ordinal);

    protected override Message Answer(Message question, Connection connection)
    {
        var (type, audience, token) = ((string)question.ApplicationProperties["type"], (string)question.ApplicationProperties["name"], (string)question.Body);
        if ((type == "jwt" ? Jwt(token) : SharedKey(token, audience)) is not { } expires || expires <= clock.GetUtcNow()) return Status("status-code", 401, "amqp:unauthorized-access");
        Put.Enqueue(new(type, audience, expires));
        var claims = _claims.GetOrCreateValue(connection);
        claims[audience] = expires;
        _ = ExpireAsync(claims, connection, audience, expires);
        return Status("status-code", 202, null);
    }

    private async Task ExpireAsync(ConcurrentDictionary<string, DateTimeOffset> claims, Connection connection, string audience, DateTimeOffset expires)
    {
        await Task.Delay(expires - clock.GetUtcNow(), clock);
        if (claims.TryGetValue(audience, out var current) && current == expires) OnExpired(connection, Path(audience));
    }

    private static string Path(string audience) => new Uri(audience).AbsolutePath.Trim('/');

    private DateTimeOffset? SharedKey(string token, string audience)
    {
        const string Prefix = "SharedAccessSignature ";
        if (!token.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var parts = HttpUtility.ParseQueryString(token[Prefix.Length..].Replace("+", "%2B", StringComparison.Ordinal));
        var (resource, expiry) = (parts["sr"]!, parts["se"]!);
        if (parts["skn"] != keyName || !new Uri(audience).AbsolutePath.StartsWith(new Uri(resource).AbsolutePath, StringComparison.Ordinal)) return null;
        // Clients differ in how they escape; the signature is over what stands in the token.
        var raw = token[Prefix.Length..].Split('&').First(part => part.StartsWith("sr=", StringComparison.Ordinal))[3..];
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{raw}\n{expiry}")));
        return parts["sig"] == signature ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry, CultureInfo.InvariantCulture)) : null;
    }
}
