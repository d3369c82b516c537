using System.Buffers;
using System.Text;

namespace MarketingAutomation.Tracking;

/// <summary>Which addresses a tracked link may lead to.</summary>
public static class LinkTarget
{
    /// <summary>Longest target, in characters; its link stays well under the 8 KB servers take as a request line.</summary>
    public const int MostCharacters = 2000;

    private static readonly SearchValues<char> AuthorityEnd = SearchValues.Create("/?#");

    /// <summary>Checks an address as written in a message and gives the form to redirect to.</summary>
    /// <remarks>
    /// Only absolute http and https addresses: without user info (<c>https://shop.example@evil.example</c>), backslashes, blanks and
    /// control characters, which browsers read differently than we do.
    /// </remarks>
    /// <param name="target">The same address; where it held other than ASCII, with that part escaped (host as punycode).</param>
    public static bool TryRead(string address, out string target)
    {
        target = address;
        if (address.Length > MostCharacters || !HasPlainAuthority(address) || address.Any(c => c is <= ' ' or '\\' || char.IsControl(c) || char.IsWhiteSpace(c))) return false;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return false;
        if (Ascii.IsValid(address)) return true;

        try
        {
            target = new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri;
            return Ascii.IsValid(target) && target.Length <= MostCharacters;
        }
        catch (UriFormatException)
        {
            return false; // a host name that has no punycode
        }
    }

    private static bool HasPlainAuthority(string address)
    {
        var scheme = address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
            : address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;
        if (scheme == 0) return false;

        var rest = address.AsSpan(scheme);
        var end = rest.IndexOfAny(AuthorityEnd);
        var authority = end < 0 ? rest : rest[..end];
        return authority.Length > 0 && !authority.Contains('@');
    }
}
