using NodaTime;

namespace MarketingAutomation.Simulation;

/// <summary>When people are about, by the clock on their own wall.</summary>
internal static class DayRhythm
{
    private const int Wakes = 7, Sleeps = 23; // local hours

    // Visits to a shop by local hour: a low in the night, a bump at lunch, most in the evening.
    private static readonly int[] Visits = [4, 2, 1, 1, 1, 1, 3, 6, 9, 11, 12, 13, 16, 14, 11, 11, 11, 12, 14, 18, 22, 23, 17, 9];

    /// <summary>An instant of the local day <paramref name="days"/> after that of <paramref name="from"/>, UTC.</summary>
    public static DateTimeOffset Visit(DateTimeOffset from, int days, string zone, Draw draw) =>
        At(LocalOf(from, zone).Date.PlusDays(days), draw.Weighted([.. Visits.Index()], hour => hour.Item).Index, zone, draw);

    /// <summary>The instant itself, or some time next morning where people sleep then.</summary>
    public static DateTimeOffset Awake(DateTimeOffset at, string zone, Draw draw)
    {
        var local = LocalOf(at, zone);
        if (local.Hour is >= Wakes and < Sleeps) return at;
        return At(local.Hour < Wakes ? local.Date : local.Date.PlusDays(1), draw.Number(Wakes, Wakes + 1), zone, draw);
    }

    private static DateTimeOffset At(LocalDate date, int hour, string zone, Draw draw)
    {
        var time = new LocalTime(hour, 0) + Period.FromMilliseconds(draw.Number(0, 3_599_999));
        return DateTimeZoneProviders.Tzdb[zone].AtLeniently(date + time).ToDateTimeOffset().ToUniversalTime();
    }

    private static LocalDateTime LocalOf(DateTimeOffset at, string zone) => Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
}
