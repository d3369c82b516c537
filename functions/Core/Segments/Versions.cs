using System.Globalization;
using System.Numerics;

namespace MarketingAutomation.Segments;

/// <summary>Precedence of version numbers. Read leniently, as apps write them: <c>v1.2</c> is <c>1.2.0</c>, and what stands behind <c>+</c> does not matter.</summary>
/// <remarks>Source: semver.org 2.0.0, item 11.</remarks>
public static class Versions
{
    /// <returns>Below 0, 0 or above 0; null where one of them is no version.</returns>
    public static int? Compare(string? one, string other) => Parse(one) is { } left && Parse(other) is { } right ? Compare(left, right) : null;

    public static bool IsVersion(string text) => Parse(text) is not null;

    private static int Compare(Parsed left, Parsed right)
    {
        for (var i = 0; i < 3; i++)
            if (left.Core[i].CompareTo(right.Core[i]) is not 0 and var order) return order;
        if (left.Pre.Length == 0 || right.Pre.Length == 0) return right.Pre.Length.CompareTo(left.Pre.Length); // a release comes after its pre-releases
        for (var i = 0; i < Math.Min(left.Pre.Length, right.Pre.Length); i++)
            if (ComparePart(left.Pre[i], right.Pre[i]) is not 0 and var order) return order;
        return left.Pre.Length.CompareTo(right.Pre.Length);
    }

    private static int ComparePart(string left, string right) => (Number(left), Number(right)) switch
    {
        ({ } one, { } other) => one.CompareTo(other),
        ({ }, null) => -1,
        (null, { }) => 1,
        _ => string.CompareOrdinal(left, right),
    };

    private static Parsed? Parse(string? text)
    {
        if (text is not { Length: > 0 and <= 256 }) return null;
        if (text[0] is 'v' or 'V') text = text[1..];
        if (text.IndexOf('+', StringComparison.Ordinal) is >= 0 and var build) text = text[..build];
        var (core, pre) = text.IndexOf('-', StringComparison.Ordinal) is >= 0 and var dash ? (text[..dash], text[(dash + 1)..].Split('.')) : (text, []);
        var numbers = core.Split('.').Select(Number).ToList();
        if (numbers.Count > 3 || numbers.Contains(null) || (pre.Length > 0 && numbers.Count < 3) || pre.Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))) return null;
        return new([.. numbers.Select(number => number!.Value), .. Enumerable.Repeat(BigInteger.Zero, 3 - numbers.Count)], pre);
    }

    private static BigInteger? Number(string text) => text.Length > 0 && text.All(char.IsAsciiDigit) ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : null;

    private sealed record Parsed(BigInteger[] Core, string[] Pre);
}
