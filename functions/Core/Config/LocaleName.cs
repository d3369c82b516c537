namespace MarketingAutomation.Config;

/// <summary>Names of languages as in <c>en</c>, <c>pt-BR</c>, <c>zh-Hans-CN</c>: language, then script and region where they matter.</summary>
/// <remarks>Source: BCP 47 (RFC 5646), section 2.1, in the spelling of section 2.1.1. Variants and extensions have no use here.</remarks>
public static class LocaleName
{
    public static bool IsValid(string name) => Spell(name) == name;

    /// <summary>Completes a sentence that begins with the place.</summary>
    public static string Explain(string name) =>
        $"is not named after a language: \"{name}\" is not of the form \"en\" or \"zh-CN\"{(Spell(name) is { } spelt ? $"; did you mean \"{spelt}\"?" : "")}";

    /// <summary>The name with its capitals and hyphens put right; null where that does not make it a language.</summary>
    private static string? Spell(string name) => name.Replace('_', '-').ToLowerInvariant().Split('-') switch
    {
        [var language] when IsLanguage(language) => language,
        [var language, var region] when IsLanguage(language) && IsRegion(region) => $"{language}-{region.ToUpperInvariant()}",
        [var language, var script] when IsLanguage(language) && IsScript(script) => $"{language}-{Title(script)}",
        [var language, var script, var region] when IsLanguage(language) && IsScript(script) && IsRegion(region) => $"{language}-{Title(script)}-{region.ToUpperInvariant()}",
        _ => null,
    };

    private static bool IsLanguage(string part) => part.Length is 2 or 3 && part.All(char.IsAsciiLetter);

    private static bool IsScript(string part) => part.Length is 4 && part.All(char.IsAsciiLetter);

    private static bool IsRegion(string part) => (part.Length is 2 && part.All(char.IsAsciiLetter)) || (part.Length is 3 && part.All(char.IsAsciiDigit));

    private static string Title(string script) => $"{char.ToUpperInvariant(script[0])}{script[1..]}";
}
