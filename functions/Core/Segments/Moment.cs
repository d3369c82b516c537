using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace MarketingAutomation.Segments;

/// <summary>A date as people and programs write it: a day, a local time, or an instant.</summary>
/// <param name="Day">The day, where no time was given.</param>
/// <param name="Local">The local time, where no offset was given.</param>
/// <param name="Instant">The instant, where both were given.</param>
internal readonly record struct Moment(LocalDate? Day, LocalDateTime? Local, Instant? Instant)
{
    private static readonly LocalDateTimePattern LocalTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss;FFFFFFF");
    private static readonly LocalDateTimePattern ToTheMinute = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm");
    private static readonly OffsetDateTimePattern WithOffset = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss;FFFFFFFo<G>");

    public static Moment? Of(JsonElement json) => json.ValueKind == JsonValueKind.String ? Of(json.GetString()!) : null;

    /// <returns>Null where the text is no date of the years 100 to 9900.</returns>
    public static Moment? Of(string text)
    {
        if (text.Length is < 10 or > 40) return null;
        if (text.Length == 10) return LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day } && IsNear(day) ? new(day, null, null) : null;
        if (text[10] == ' ') text = $"{text[..10]}T{text[11..]}";
        if (LocalTime.Parse(text) is { Success: true, Value: var local } || ToTheMinute.Parse(text) is { Success: true } minute && (local = minute.Value) is var _)
            return IsNear(local.Date) ? new(null, local, null) : null;
        return WithOffset.Parse(text) is { Success: true, Value: var instant } && IsNear(instant.Date) ? new(null, null, instant.ToInstant()) : null;
    }

    /// <summary>A day lasts from its start to the next day's; an instant lasts no time.</summary>
    public (DateTimeOffset From, DateTimeOffset To) In(DateTimeZone zone)
    {
        if (Day is { } day) return (StartOf(day, zone), StartOf(day.PlusDays(1), zone));
        var at = (Instant ?? Local!.Value.InZoneLeniently(zone).ToInstant()).ToDateTimeOffset();
        return (at, at);
    }

    public LocalDate DayIn(DateTimeZone zone) => Day ?? Local?.Date ?? Instant!.Value.InZone(zone).Date;

    public static DateTimeOffset StartOf(LocalDate day, DateTimeZone zone) => zone.AtStartOfDay(day).ToInstant().ToDateTimeOffset();

    // Leaves room for spans before and behind.
    private static bool IsNear(LocalDate day) => day.Year is >= 100 and <= 9900;
}
