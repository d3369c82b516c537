using System.Text.Json;

namespace MarketingAutomation.Collect;

public class WireTimeTests
{
    [Theory]
    [InlineData("2026-11-22T14:18:24.935Z", "2026-11-22T14:18:24.9350000Z")] // JavaScript, Java
    [InlineData("2026-11-22T14:18:24Z", "2026-11-22T14:18:24.0000000Z")]
    [InlineData("2026-11-22T14:18:24.935123+00:00", "2026-11-22T14:18:24.9351230Z")] // Python, PHP
    [InlineData("2026-11-22T14:18:24.935123456Z", "2026-11-22T14:18:24.9351234Z")] // Go: finer than we keep
    [InlineData("2026-11-22T22:18:24+08:00", "2026-11-22T14:18:24.0000000Z")]
    [InlineData("2026-11-22T22:18:24.5+0800", "2026-11-22T14:18:24.5000000Z")] // Java's SimpleDateFormat
    [InlineData("2026-11-22T14:18:24", "2026-11-22T14:18:24.0000000Z")] // no offset is UTC, wherever we run
    [InlineData("2026-11-22 14:18:24", "2026-11-22T14:18:24.0000000Z")]
    [InlineData("2026-11-22 14:18:24.25Z", "2026-11-22T14:18:24.2500000Z")]
    [InlineData("2026-11-22", "2026-11-22T00:00:00.0000000Z")]
    public void A_time_is_read_as_SDKs_write_it(string text, string utc) => Assert.Equal(utc, WireTime.Read(Json(text))?.UtcDateTime.ToString("O"));

    [Theory]
    [InlineData("")]
    [InlineData(" 2026-11-22")]
    [InlineData("22.11.2026")]
    [InlineData("11/22/2026 14:18")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-11-22T25:00:00Z")]
    [InlineData("2026-11-22T14:18:24+99:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("1795357104935")]
    public void Anything_else_is_no_time(string text) => Assert.Null(WireTime.Read(Json(text)));

    [Fact]
    public void A_number_is_no_time() => Assert.Null(WireTime.Read(JsonElement.Parse("1795357104935")));

    [Fact]
    public void Every_instant_survives_being_written() => Gen.DateTimeOffset.Sample(time => WireTime.Read(Json(time.ToString("O"))) == time);

    private static JsonElement Json(string text) => JsonSerializer.SerializeToElement(text);
}
