using System.Globalization;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.TimeZones;

namespace MarketingAutomation.Collect;

/// <summary>When a row's event happened.</summary>
/// <param name="Format">A .NET format such as <c>yyyyMMdd</c>, or <see cref="UnixSeconds"/> or <see cref="UnixMilliseconds"/>; ISO 8601 where null.</param>
/// <param name="Zone">Whose clock it was, where the text has no offset itself; UTC where null.</param>
/// <remarks>A local time that a clock change skipped counts as the same distance after it; one that came twice is the earlier.</remarks>
public sealed record RowTime(RowTemplate Text, string? Format, DateTimeZone? Zone)
{
    public const string UnixSeconds = "unix", UnixMilliseconds = "unixMilliseconds";

    private static readonly string[] Iso =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    private static readonly LocalDateTime Probe = new(2023, 11, 24, 0, 0);

    /// <summary>For people: how the time must be written.</summary>
    public string Says => Format ?? "ISO 8601 (2026-11-23T09:30:00Z)";

    /// <returns>What is wrong with a format, or null.</returns>
    public static string? Check(string format)
    {
        if (format is UnixSeconds or UnixMilliseconds) return null;
        try
        {
            var probe = Probe.ToDateTimeUnspecified();
            var read = DateTime.TryParseExact(probe.ToString(format, CultureInfo.InvariantCulture), format, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var back);
            return read && back.Date == probe ? null : "does not say year, month and day (MM is the month, mm the minute)";
        }
        catch (FormatException)
        {
            return "is not a format of .NET such as yyyy-MM-dd HH:mm:ss";
        }
    }

    /// <returns>The instant in UTC, or null where the text is not written as <see cref="Says"/>.</returns>
    public DateTimeOffset? Read(ReadOnlySpan<char> text)
    {
        if (Format is UnixSeconds or UnixMilliseconds) return Unix(text, Format == UnixSeconds ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond);
        const DateTimeStyles styles = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;
        var read = Format is null
            ? DateTime.TryParseExact(text, Iso, CultureInfo.InvariantCulture, styles, out var time)
            : DateTime.TryParseExact(text, Format, CultureInfo.InvariantCulture, styles, out time);
        if (!read || time.Year is < 2 or > 9998) return null; // no zone leads out of what a DateTimeOffset can say
        return time.Kind == DateTimeKind.Utc || Zone is null
            ? new(DateTime.SpecifyKind(time, DateTimeKind.Utc)) // Kind is Utc where the text had an offset
            : Zone.ResolveLocal(time.ToLocalDateTime(), Resolvers.LenientResolver).ToInstant().ToDateTimeOffset();
    }

    private static DateTimeOffset? Unix(ReadOnlySpan<char> text, long ticks)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count)) return null;
        var limit = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / ticks;
        return Math.Abs(count) < Math.Min(limit, (DateTimeOffset.UnixEpoch - DateTimeOffset.MinValue).Ticks / ticks) ? DateTimeOffset.UnixEpoch.AddTicks((long)(count * ticks)) : null;
    }
}
