using System.Text.RegularExpressions;

namespace MarketingAutomation.Config;

public class IsoSpanTests
{
    [Theory]
    [InlineData("P7D", 7 * 24 * 3600), InlineData("PT1H", 3600), InlineData("P2W", 14 * 24 * 3600), InlineData("PT90M", 5400)]
    [InlineData("P1DT12H", 36 * 3600), InlineData("PT45S", 45), InlineData("P1W1DT1H1M1S", 8 * 24 * 3600 + 3661), InlineData("P3653D", 3653L * 24 * 3600)]
    public void A_span_is_a_sum_of_weeks_days_hours_minutes_and_seconds(string text, long seconds)
    {
        Assert.True(IsoSpan.TryParse(text, out var span, out _));
        Assert.Equal(TimeSpan.FromSeconds(seconds), span);
    }

    [Theory]
    [InlineData("P1Y"), InlineData("P6M"), InlineData("P1Y2M3D")]
    public void Years_and_months_are_refused_with_the_reason(string text)
    {
        Assert.False(IsoSpan.TryParse(text, out _, out var problem));
        Assert.Contains("not always equally long", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""), InlineData("P"), InlineData("PT"), InlineData("P1"), InlineData("7D"), InlineData("P-1D"), InlineData("P1DT"), InlineData("PT1D"), InlineData("P1H"), InlineData("p1d")]
    [InlineData("P1D1W"), InlineData("P1.5D"), InlineData("P 1D"), InlineData("PT1HT1M"), InlineData("PD"), InlineData("P0D"), InlineData("P3654D"), InlineData("P999999999W"), InlineData("P9999999999D")]
    public void What_is_no_span_or_none_to_wait_for_is_refused(string text) => Assert.False(IsoSpan.TryParse(text, out _, out _));

    [Fact]
    public void What_was_formatted_is_read_again() =>
        Gen.Int[1, 3653 * 24 * 3600].Select(seconds => TimeSpan.FromSeconds(seconds)).Sample(span =>
            IsoSpan.TryParse(IsoSpan.Format(span), out var read, out _) && read == span);

    [Fact]
    public void The_pattern_of_the_schema_takes_what_is_well_written() =>
        Gen.Char["PTWDHMS019"].Array[0, 9].Select(chars => new string(chars)).Sample(
            text => Regex.IsMatch(text, IsoSpan.Pattern, RegexOptions.ECMAScript) == IsWellWritten(text),
            iter: 5_000);

    // A span of nothing or of more than ten years is written well, but refused.
    private static bool IsWellWritten(string text) =>
        IsoSpan.TryParse(text, out _, out var problem) || problem.Contains("longer than nothing", StringComparison.Ordinal) || problem.Contains("at most", StringComparison.Ordinal);
}
