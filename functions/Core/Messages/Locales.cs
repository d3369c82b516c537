namespace MarketingAutomation.Messages;

/// <summary>Which language a customer reads a message in.</summary>
public static class Locales
{
    /// <summary>
    /// The nearest of the languages there are: the customer's own, then that without its last part (<c>zh-Hans-CN</c>, <c>zh-Hans</c>, <c>zh</c>),
    /// then the default language in the same manner; null where there is none of these.
    /// </summary>
    /// <param name="wanted">BCP 47, in any case, <c>_</c> taken for <c>-</c>; null where not known.</param>
    public static string? Choose(string? wanted, string defaultLocale, IReadOnlyCollection<string> available) =>
        Nearest(wanted ?? "", available) ?? Nearest(defaultLocale, available);

    private static string? Nearest(string wanted, IReadOnlyCollection<string> available)
    {
        for (var locale = wanted.Replace('_', '-'); locale.Length > 0; locale = locale[..Math.Max(0, locale.LastIndexOf('-'))])
            if (available.FirstOrDefault(one => one.Equals(locale, StringComparison.OrdinalIgnoreCase)) is { } found) return found;
        return null;
    }
}
