using System.Buffers;

namespace MarketingAutomation.Customers;

/// <summary>E-mail addresses, as far as one can judge them without asking the mail server.</summary>
public static class EmailAddress
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" \t\r\n,;:<>()[]\"\\\0");

    /// <summary>One <c>@</c> with something before it and a domain with a dot behind it, and no character that could break out of a header.</summary>
    public static bool IsPlausible(string address)
    {
        var text = address.AsSpan().Trim();
        int at = text.IndexOf('@'), dot = text.LastIndexOf('.');
        return at > 0 && at == text.LastIndexOf('@') && dot > at + 1 && dot < text.Length - 1 && text.Length <= 254
            && !text.ContainsAny(Forbidden);
    }

    /// <summary>The form under which an address is suppressed: case and surrounding space do not matter.</summary>
    public static string Canonical(string address) => address.Trim().ToLowerInvariant();
}
