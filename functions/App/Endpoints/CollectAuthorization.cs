using System.Net.Http.Headers;
using System.Text;

namespace MarketingAutomation.Endpoints;

/// <summary>Finds the write key in an Authorization header, in any way that SDKs put it there.</summary>
internal static class CollectAuthorization
{
    /// <returns>What may be the key: the header as it is, and the user of Basic, whose password and colon may be missing.</returns>
    public static IEnumerable<string> KeysIn(string? header)
    {
        if (string.IsNullOrEmpty(header)) yield break;
        yield return header;
        if (UserOf(header) is { } user) yield return user;
    }

    private static string? UserOf(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var parsed) || !"Basic".Equals(parsed.Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[parsed.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(parsed.Parameter ?? "", bytes, out var length)) return null;
        var credentials = Encoding.UTF8.GetString(bytes, 0, length);
        return credentials.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? credentials[..colon] : credentials;
    }
}
