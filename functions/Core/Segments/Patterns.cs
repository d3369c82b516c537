using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace MarketingAutomation.Segments;

/// <summary>Regular expressions of the config, made once each. They run in time proportional to the text, whatever they say, so nobody's text can hold up a decision.</summary>
public static class Patterns
{
    /// <summary>Longer texts match nothing: with the size of the pattern this bounds the time, the same on every machine.</summary>
    public const int MostCharacters = 4096;

    // Far beyond what the bound above allows.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private static readonly ConcurrentDictionary<(string Pattern, bool IgnoreCase), Regex> Known = new();

    /// <exception cref="ArgumentException">The pattern cannot be read.</exception>
    /// <exception cref="NotSupportedException">It needs look-around or back-references, or is too large.</exception>
    public static Regex Of(string pattern, bool ignoreCase) => Known.GetOrAdd((pattern, ignoreCase), key => new Regex(
        key.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (key.IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), Limit));

    public static bool Matches(string pattern, bool ignoreCase, string? text) => text is { Length: <= MostCharacters } && Of(pattern, ignoreCase).IsMatch(text);
}
