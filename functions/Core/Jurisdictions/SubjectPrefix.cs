using MarketingAutomation.Messages;

namespace MarketingAutomation.Jurisdictions;

/// <summary>Puts in front of a subject the word that the law wants there, once.</summary>
public static class SubjectPrefix
{
    /// <summary>The subject with the prefix of its language, or as it is where it begins with any of the prefixes already, in brackets or not.</summary>
    /// <param name="prefixes">By language, one for the default language among them.</param>
    /// <param name="locale">Language of the subject.</param>
    public static string Put(string subject, IReadOnlyDictionary<string, string> prefixes, string locale, string defaultLocale)
    {
        if (prefixes.Values.Any(prefix => Begins(subject, WordOf(prefix)))) return subject;
        var prefix = prefixes[Locales.Choose(locale, defaultLocale, [.. prefixes.Keys])!].Trim();
        return prefix[^1] < '\u3000' || char.IsLetter(prefix[^1]) ? $"{prefix} {subject}" : prefix + subject; // full-width marks bring their own space
    }

    /// <summary>What of a prefix must be found again: the word without brackets and colons; empty where there is none.</summary>
    public static string WordOf(string prefix)
    {
        var (from, to) = (0, prefix.Length);
        while (from < to && !char.IsLetterOrDigit(prefix[from])) from++;
        while (to > from && !char.IsLetterOrDigit(prefix[to - 1])) to--;
        return prefix[from..to];
    }

    // "AD: new" begins with AD, "Adidas" and "ADIDAS" do not.
    private static bool Begins(string subject, string word)
    {
        var at = 0;
        while (at < subject.Length && (char.IsWhiteSpace(subject[at]) || char.IsPunctuation(subject[at]))) at++;
        var rest = subject.AsSpan(at);
        return rest.StartsWith(word, StringComparison.Ordinal) && !(rest.Length > word.Length && char.IsAsciiLetterOrDigit(word[^1]) && char.IsAsciiLetterOrDigit(rest[word.Length]));
    }
}
