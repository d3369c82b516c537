using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MarketingAutomation.Config;

/// <summary>
/// Spans of time as config writes them: ISO 8601 durations in whole weeks, days, hours, minutes and seconds, longer than
/// nothing and at most ten years. Years and months are refused: they are not always equally long.
/// </summary>
public static class IsoSpan
{
    /// <summary>Regular expression (ECMA-262) for what is written well; it may still be nothing, or longer than <see cref="Longest"/>.</summary>
    public const string Pattern = "^P(?=[0-9T])([0-9]{1,9}W)?([0-9]{1,9}D)?(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}S)?)?$";

    public static readonly TimeSpan Longest = TimeSpan.FromDays(3653);

    private static readonly (char Letter, TimeSpan Span)[]
        Days = [('W', TimeSpan.FromDays(7)), ('D', TimeSpan.FromDays(1))],
        Clock = [('H', TimeSpan.FromHours(1)), ('M', TimeSpan.FromMinutes(1)), ('S', TimeSpan.FromSeconds(1))];

    /// <param name="problem">Completes a sentence that begins with the place; null on success.</param>
    public static bool TryParse(string text, out TimeSpan span, [NotNullWhen(false)] out string? problem)
    {
        (span, problem) = Sum(text) switch
        {
            null when HasYearsOrMonths(text) => (default, $"is \"{text}\", but months and years are not always equally long: give weeks or days, such as \"P30D\" or \"P52W\""),
            null => (default, $"is \"{text}\", which is no span of time: write \"P7D\" (days), \"P2W\" (weeks), \"PT1H\" (hours), \"PT30M\" (minutes) or \"P1DT12H\""),
            0 => (default, $"is \"{text}\" but must be longer than nothing"),
            var seconds when seconds > Longest.TotalSeconds => (default, $"is \"{text}\" but must be at most ten years, \"P3653D\""),
            var seconds => (TimeSpan.FromSeconds(seconds.Value), (string?)null),
        };
        return problem is null;
    }

    /// <summary>The one way to write this span: days, then hours, minutes and seconds.</summary>
    /// <param name="span">Longer than nothing; parts of a second are dropped.</param>
    public static string Format(TimeSpan span)
    {
        var date = span.Days > 0 ? $"{span.Days}D" : "";
        var clock = $"{Unit(span.Hours, 'H')}{Unit(span.Minutes, 'M')}{Unit(span.Seconds, 'S')}";
        return $"P{date}{(clock is "" ? "" : "T")}{clock}";
    }

    private static string Unit(int count, char letter) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count}{letter}");

    private static long? Sum(string text)
    {
        if (text is not ['P', .. var date]) return null;
        var clock = "";
        if (date.IndexOf('T', StringComparison.Ordinal) is >= 0 and var at) (date, clock) = (date[..at], date[(at + 1)..]);
        return (date, clock, text) switch
        {
            (_, "", [.., 'T']) or ("", "", _) => null,
            _ => Sum(date, Days) + Sum(clock, Clock),
        };
    }

    /// <summary>Seconds in numbers with units, each unit at most once and in this order; null where they are written otherwise.</summary>
    private static long? Sum(ReadOnlySpan<char> text, (char Letter, TimeSpan Span)[] units)
    {
        var sum = 0L;
        foreach (var (letter, span) in units)
        {
            var end = text.IndexOf(letter);
            if (end < 0) continue;
            if (end > 9 || !int.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
            sum += count * (long)span.TotalSeconds;
            text = text[(end + 1)..];
        }
        return text.IsEmpty ? sum : null;
    }

    private static bool HasYearsOrMonths(string text) => text is ['P', .. var rest] && (rest.Contains('Y', StringComparison.Ordinal) || rest.Split('T')[0].Contains('M', StringComparison.Ordinal));
}
