using NodaTime;

namespace MarketingAutomation.Simulation;

public class DayRhythmTests
{
    private static readonly Gen<(Draw Draw, DateTimeOffset At, Place Home)> Anywhere =
        Gen.Select(Gen.String.Select(name => new Draw(name)), Gen.Int[0, 100_000].Select(hours => new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hours)), Gen.Int[0, Place.All.Count - 1].Select(index => Place.All[index]));

    [Fact]
    public void Nobody_reads_mail_at_night() => Anywhere.Sample((draw, at, home) =>
        Local(DayRhythm.Awake(at, home.Zone, draw), home).Hour is >= 7 and < 23);

    [Fact]
    public void Waiting_for_the_morning_takes_no_longer_than_the_night_and_the_change_of_clocks() => Anywhere.Sample((draw, at, home) =>
        DayRhythm.Awake(at, home.Zone, draw) - at is var wait && wait >= TimeSpan.Zero && wait < TimeSpan.FromHours(11));

    [Fact]
    public void A_visit_falls_on_the_local_day_asked_for() => Anywhere.Sample((draw, at, home) =>
        Local(DayRhythm.Visit(at, 3, home.Zone, draw), home).Date == Local(at, home).Date.PlusDays(3));

    private static LocalDateTime Local(DateTimeOffset at, Place home) => Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[home.Zone]).LocalDateTime;
}
