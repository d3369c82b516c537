using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace MarketingAutomation.Endpoints;

/// <summary>Knows a good write key, in any place where SDKs put it.</summary>
/// <param name="writeKeys">Where there are none every key is good, and none is needed.</param>
internal sealed class CollectAuthorization(IReadOnlySet<string> writeKeys)
{
    // Digests, because equal lengths are what a comparison in constant time needs.
    private readonly byte[][] known = [.. writeKeys.Order(StringComparer.Ordinal).Select(Digest)];

    /// <summary>Takes the same time for every wrong key, however much of it is right.</summary>
    public bool Accepts(string? key)
    {
        if (known.Length == 0) return true;
        if (key is null) return false;
        var digest = Digest(key);
        var found = false;
        foreach (var each in known) found |= CryptographicOperations.FixedTimeEquals(each, digest);
        return found;
    }

    /// <param name="header">Authorization, which is the key itself or Basic with the key as its user.</param>
    /// <param name="bodyKey">The body's own <c>writeKey</c>.</param>
    public bool Accepts(string? header, string? bodyKey) => Accepts(bodyKey) || Accepts(header) || Accepts(UserOf(header));

    // The colon behind the user may be missing. Source: segment-docs, sources/catalog/libraries/server/http-api.
    private static string? UserOf(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var parsed) || !"Basic".Equals(parsed.Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[parsed.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(parsed.Parameter ?? "", bytes, out var length)) return null;
        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2)[0];
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
