using System.Globalization;
using NodaTime;

namespace MarketingAutomation.Collect;

public class RowTimeTests
{
    [Theory]
    [InlineData(null, null, "2026-11-23", "2026-11-23T00:00:00Z")]
    [InlineData(null, null, "2026-11-23T10:15:30.123Z", "2026-11-23T10:15:30.123Z")]
    [InlineData(null, null, "2026-11-23 10:15:30+08:00", "2026-11-23T02:15:30Z")]
    [InlineData(null, "Asia/Shanghai", "2026-11-23 10:15", "2026-11-23T02:15:00Z")]
    [InlineData(null, "Asia/Shanghai", "2026-11-23T10:15Z", "2026-11-23T10:15:00Z")]
    [InlineData("yyyyMMdd", null, " 19970101 ", "1997-01-01T00:00:00Z")]
    [InlineData("d/M/yyyy H:mm", "Europe/London", "1/7/2011 8:26", "2011-07-01T07:26:00Z")]
    [InlineData("yyyy-MM-dd HH:mm", "Europe/London", "2026-03-29 01:30", "2026-03-29T01:30:00Z")]  // skipped: 02:30 summer time
    [InlineData("yyyy-MM-dd HH:mm", "Europe/London", "2026-10-25 01:30", "2026-10-25T00:30:00Z")]  // came twice: the earlier
    [InlineData("unix", null, "1795426200", "2026-11-23T09:30:00Z")]
    [InlineData("unix", null, "1795426200.5", "2026-11-23T09:30:00.5Z")]
    [InlineData("unixMilliseconds", "Asia/Shanghai", "1795426200001", "2026-11-23T09:30:00.001Z")]
    public void A_time_is_read_as_the_mapping_says(string? format, string? zone, string text, string instant) =>
        Assert.Equal(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), Time(format, zone).Read(text));

    [Theory]
    [InlineData(null, "23.11.2026")]
    [InlineData(null, "11/23/2026")]
    [InlineData(null, "")]
    [InlineData("yyyyMMdd", "2026-11-23")]
    [InlineData("unix", "now")]
    [InlineData("unix", "99999999999999999999")]
    [InlineData("unix", "-99999999999")]
    [InlineData("yyyy-MM-dd", "0001-01-01")]
    public void Anything_else_is_no_time(string? format, string text) => Assert.Null(Time(format, "Asia/Shanghai").Read(text));

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss", true)]
    [InlineData("dd.MM.yy", true)]
    [InlineData("unixMilliseconds", true)]
    [InlineData("yyyymmdd", false)]
    [InlineData("HH:mm", false)]
    [InlineData("MM/dd", false)]
    [InlineData("%", false)]
    public void A_format_must_say_the_day(string format, bool isGood) => Assert.Equal(isGood, RowTime.Check(format) is null);

    [Fact]
    public void Every_instant_survives_being_written_and_read() => Gen.DateTime[new DateTime(1900, 1, 1), new DateTime(2100, 1, 1)].Sample(time =>
        Time(null, "America/New_York").Read(DateTime.SpecifyKind(time, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture)) == new DateTimeOffset(time, TimeSpan.Zero));

    private static RowTime Time(string? format, string? zone) => new(RowTemplate.OfColumn("t"), format, zone is null ? null : DateTimeZoneProviders.Tzdb[zone]);
}
