using NodaTime;

namespace MarketingAutomation.Deliveries;

public class QuietHoursTests
{
    private static readonly QuietHours Night = new(new(21, 0), new(8, 0)), Noon = new(new(12, 0), new(14, 30));

    private static DateTimeZone Zone(string name) => DateTimeZoneProviders.Tzdb[name];

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal);

    [Theory]
    [InlineData("2026-03-02T12:00Z", "2026-03-02T12:00Z")] // 20:00 in Shanghai
    [InlineData("2026-03-02T12:59:59Z", "2026-03-02T12:59:59Z")]
    [InlineData("2026-03-02T13:00Z", "2026-03-03T00:00Z")] // 21:00 → 08:00 on the next day
    [InlineData("2026-03-02T23:59:59Z", "2026-03-03T00:00Z")]
    [InlineData("2026-03-03T00:00Z", "2026-03-03T00:00Z")]
    public void A_message_of_the_night_waits_for_the_customers_own_morning(string now, string allowed) =>
        Assert.Equal(Utc(allowed), Night.NextAllowed(Utc(now), Zone("Asia/Shanghai")));

    [Fact]
    public void Quiet_hours_may_lie_within_a_day() => Assert.Equal(Utc("2026-07-01T12:30Z"), Noon.NextAllowed(Utc("2026-07-01T10:00Z"), Zone("Europe/Berlin")));

    [Fact]
    public void Where_clocks_go_forward_over_the_end_quiet_ends_with_the_jump() =>
        Assert.Equal(Utc("2026-03-29T01:00Z"), new QuietHours(new(22, 0), new(2, 30)).NextAllowed(Utc("2026-03-28T22:00Z"), Zone("Europe/Berlin")));

    [Fact]
    public void Where_clocks_go_back_over_the_end_the_hour_that_comes_twice_is_quiet_both_times() =>
        Assert.Equal(Utc("2026-10-25T01:30Z"), new QuietHours(new(22, 0), new(2, 30)).NextAllowed(Utc("2026-10-24T21:00Z"), Zone("Europe/Berlin")));

    [Fact]
    public void In_every_zone_and_season_the_next_allowed_instant_is_not_quiet_and_comes_within_a_day() => Gen.Select(
        Gen.Int[0, DateTimeZoneProviders.Tzdb.Ids.Count - 1], Gen.Int[0, 24 * 60 - 1], Gen.Int[1, 20 * 60], Gen.Long[0, 15L * 366 * 24 * 3600]).Sample((zoneIndex, from, length, second) =>
    {
        var zone = DateTimeZoneProviders.Tzdb[DateTimeZoneProviders.Tzdb.Ids[zoneIndex]];
        var hours = new QuietHours(new TimeOnly(0, 0).AddMinutes(from), new TimeOnly(0, 0).AddMinutes(from + length));
        var now = Utc("2020-01-01").AddSeconds(second);
        var allowed = hours.NextAllowed(now, zone);
        Assert.False(IsQuiet(hours, allowed, zone));
        Assert.InRange(allowed, now, now.AddHours(49)); // two nights where a transition swallows the hours between
        for (var at = now; at < allowed.AddHours(-1) && at < now.AddHours(30); at = at.AddMinutes(30))
            Assert.True(IsQuiet(hours, at, zone) || IsNearTransition(at, allowed, zone), $"{zone.Id} {at:O} was allowed before {allowed:O}");
    }, iter: 20_000);

    // Said again as a marketer would: what does the clock on the wall show?
    private static bool IsQuiet(QuietHours hours, DateTimeOffset at, DateTimeZone zone)
    {
        var wall = Instant.FromDateTimeOffset(at).InZone(zone).TimeOfDay;
        var time = new TimeOnly(wall.Hour, wall.Minute);
        return hours.From < hours.Until ? time >= hours.From && time < hours.Until : time >= hours.From || time < hours.Until;
    }

    private static bool IsNearTransition(DateTimeOffset at, DateTimeOffset allowed, DateTimeZone zone) =>
        zone.GetZoneInterval(Instant.FromDateTimeOffset(at.AddDays(-1))) != zone.GetZoneInterval(Instant.FromDateTimeOffset(allowed.AddDays(1)));
}
