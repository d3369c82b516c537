using System.Globalization;
using NodaTime;
using Scriban;

namespace MarketingAutomation.Messages;

/// <summary>The functions that are ours: templates call each by its name in lower case. What cannot be written comes to nothing, so that <c>default</c> and <c>??</c> take its place.</summary>
internal static class TemplateFilters
{
    /// <summary>Styles of <see cref="Date"/> beside patterns.</summary>
    public static readonly string[] DateStyles = ["medium", "long", "full", "time"];

    private const string PatternLetters = "dfFghHmMsStyzK";

    /// <summary>Marks HTML that is not to be escaped.</summary>
    public static SafeHtml? Safe(string? html) => html is null ? null : new(html);

    /// <summary>The text of a file in <c>messages/_partials</c>.</summary>
    public static object? Include(TemplateContext context, string name) => ((TemplateScope)context).Include(name);

    /// <summary>What stands in for nothing.</summary>
    public static object? Default(object? value, object? instead) => value is null or "" ? instead : value;

    /// <summary>At most so many characters as people count them, the ellipsis among them.</summary>
    public static string? Truncate(TemplateContext context, object? value, int most, string ellipsis = "…")
    {
        if (value is null) return null;
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        var text = context.ObjectToString(value) ?? "";
        var starts = StringInfo.ParseCombiningCharacters(text);
        if (starts.Length <= most) return text;
        var kept = most - new StringInfo(ellipsis).LengthInTextElements;
        return kept > 0 ? text[..starts[kept]].TrimEnd() + ellipsis : text[..starts[most]];
    }

    /// <summary>Writes an ISO 8601 instant or date as the message's language does.</summary>
    /// <param name="style"><see cref="LocaleFormats.Date"/>.</param>
    /// <param name="zone">IANA zone, such as <c>Asia/Shanghai</c>; the customer's own where not given. A date alone is the same in every zone.</param>
    public static string? Date(TemplateContext context, object? value, string style = "long", string? zone = null)
    {
        if (!IsDateStyle(style)) throw new ArgumentException("This is neither a style nor a pattern.", nameof(style));
        var scope = (TemplateScope)context;
        if ((zone ?? scope.Zone) is var name && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not { } there) throw new ArgumentException("This is no IANA time zone.", nameof(zone));
        if (value is not string text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return scope.Formats.Date(day.ToDateTime(default), style);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && InZone(at, there) is { } local ? scope.Formats.Date(local, style) : null;
    }

    /// <summary>Writes a number as the message's language does.</summary>
    /// <param name="decimals">0 to 10; at most three and no zeros at the end where not given.</param>
    public static string? Number(TemplateContext context, object? value, int? decimals = null)
    {
        if (decimals is < 0 or > 10) throw new ArgumentOutOfRangeException(nameof(decimals));
        return NumberOf(value) is { } number ? ((TemplateScope)context).Formats.Number(number, decimals) : null;
    }

    /// <summary>Writes an amount of money as the message's language does, rounded to the currency's smallest coin.</summary>
    /// <param name="currency">ISO 4217 code, such as <c>EUR</c>.</param>
    public static string? Money(TemplateContext context, object? value, object? currency) =>
        NumberOf(value) is { } amount && currency is string { Length: 3 } code && code.All(char.IsAsciiLetter) ? ((TemplateScope)context).Formats.Money(amount, code.ToUpperInvariant()) : null;

    /// <summary>Whether <see cref="Date"/> can write so: words in a pattern stand in quotes.</summary>
    public static bool IsDateStyle(string style)
    {
        if (DateStyles.Contains(style)) return true;
        var (quote, letters) = ('\0', 0);
        for (var i = 0; i < style.Length; i++)
        {
            if (quote != '\0') quote = style[i] == quote ? '\0' : quote;
            else if (style[i] is '\'' or '"') quote = style[i];
            else if (style[i] is '\\' or '%') return false;
            else if (char.IsAsciiLetter(style[i]) && !PatternLetters.Contains(style[i])) return false;
            else if (char.IsAsciiLetter(style[i])) letters++;
        }
        return quote == '\0' && letters > 0 && !style.Contains("ffffffff", StringComparison.OrdinalIgnoreCase);
    }

    private static DateTime? InZone(DateTimeOffset at, DateTimeZone zone)
    {
        try
        {
            return Instant.FromDateTimeOffset(at).InZone(zone).ToDateTimeUnspecified();
        }
        catch (InvalidOperationException)
        {
            return null; // before the year 1 or after 9999 there
        }
    }

    private static decimal? NumberOf(object? value)
    {
        try
        {
            return value switch
            {
                null or bool => null,
                string text => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
                IConvertible number => number.ToDecimal(CultureInfo.InvariantCulture),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is OverflowException or InvalidCastException or FormatException)
        {
            return null;
        }
    }
}
