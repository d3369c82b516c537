using System.Security.Cryptography;
using System.Text;

namespace MarketingAutomation.Endpoints;

/// <summary>Who may send events, and where.</summary>
/// <param name="WriteKeys">Keys that SDKs show; where the set is empty every key is good, and none is needed.</param>
/// <param name="PublicUrl">Where SDKs reach <c>/v1/…</c>, without a trailing slash.</param>
internal sealed record CollectSettings(IReadOnlySet<string> WriteKeys, Uri PublicUrl)
{
    // Digests, because equal lengths are what a comparison in constant time needs.
    private readonly byte[][] digests = [.. WriteKeys.Order(StringComparer.Ordinal).Select(Digest)];

    /// <summary>Takes the same time for every wrong key, however much of it is right.</summary>
    public bool Accepts(string? key)
    {
        if (digests.Length == 0) return true;
        if (key is null) return false;
        var digest = Digest(key);
        var found = false;
        foreach (var known in digests) found |= CryptographicOperations.FixedTimeEquals(known, digest);
        return found;
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
