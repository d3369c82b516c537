using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MarketingAutomation.Tracking;

/// <summary>An address that a tracked link may lead to: safe to redirect to, and plain ASCII.</summary>
public sealed record LinkTarget
{
    /// <summary>Longest target, in characters; its link stays well under the 8 KB servers take as a request line.</summary>
    public const int MostCharacters = 2000;

    private static readonly SearchValues<char> AuthorityEnd = SearchValues.Create("/?#");

    private LinkTarget(string address) => Address = address;

    /// <summary>As written in the message; where that held other than ASCII, with that part escaped (the host as punycode).</summary>
    public string Address { get; }

    /// <summary>Reads an address as written in a message.</summary>
    /// <remarks>
    /// Only absolute http and https addresses: without user info (<c>https://shop.example@evil.example</c>), backslashes, blanks and
    /// control characters, which browsers read differently than we do.
    /// </remarks>
    public static bool TryRead(string address, [NotNullWhen(true)] out LinkTarget? target)
    {
        target = null;
        if (address.Length > MostCharacters || !HasPlainAuthority(address) || address.Any(c => c is <= ' ' or '\\' || char.IsControl(c) || char.IsWhiteSpace(c))) return false;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return false;
        if ((Ascii.IsValid(address) ? address : Escaped(uri)) is not { Length: <= MostCharacters } ascii) return false;
        target = new(ascii);
        return true;
    }

    private static string? Escaped(Uri uri)
    {
        try
        {
            return new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri;
        }
        catch (UriFormatException)
        {
            return null; // a host name that has no punycode
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
