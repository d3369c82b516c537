using System.Text.Json;

namespace MarketingAutomation.Messages;

public class TemplateFiltersTests
{
    // What a browser writes: see intl.mjs, which made the file.
    private static readonly JsonElement Intl = JsonElement.Parse(File.ReadAllText(Path.Combine(Config.SampleConfig.Repository, "tests", "Core.Tests", "Messages", "intl.json")));

    public static TheoryData<string> Languages => [.. LocaleFormats.Known];

    [Theory, MemberData(nameof(Languages))]
    public void Dates_numbers_and_money_are_written_as_a_browser_writes_them(string locale)
    {
        var (formats, expected) = (LocaleFormats.Of(locale), Intl.GetProperty(locale));
        foreach (var date in expected.GetProperty("dates").EnumerateArray())
            Assert.Equal(date[2].GetString(), formats.Date(date[0].GetDateTime(), date[1].GetString()!));
        foreach (var number in expected.GetProperty("numbers").EnumerateArray())
            Assert.Equal(number[2].GetString(), formats.Number(number[0].GetDecimal(), number[1].ValueKind == JsonValueKind.Null ? null : number[1].GetInt32()));
        foreach (var money in expected.GetProperty("money").EnumerateArray())
            Assert.Equal(money[2].GetString(), formats.Money(money[0].GetDecimal(), money[1].GetString()!));
    }

    [Theory]
    [InlineData("de-AT", "1. März 2026")]
    [InlineData("zh-Hans-CN", "2026年3月1日")]
    [InlineData("en-AU", "March 1, 2026")]
    [InlineData("sv", "2026-03-01")]
    public void A_language_is_written_as_the_nearest_one_that_is_known(string locale, string expected) => Assert.Equal(expected, LocaleFormats.Of(locale).Date(new(2026, 3, 1), "long"));

    [Theory]
    [InlineData("{{ event.at | date }}", "March 1, 2026")]
    [InlineData("{{ event.at | date 'full' }}", "Sunday, March 1, 2026")]
    [InlineData("{{ event.at | date 'time' }}", "8:30 PM")]
    [InlineData("{{ event.at | date 'yyyy-MM-dd HH:mm' 'Asia/Shanghai' }}", "2026-03-02 04:30")]
    [InlineData("{{ event.at | date 'd \"of\" MMMM' }}", "1 of March")]
    [InlineData("{{ event.at | date 'd' }}", "1")]
    [InlineData("{{ '2026-03-01' | date 'd MMM' 'America/New_York' }}", "1 Mar")]
    [InlineData("{{ '0001-01-01T00:00:00Z' | date 'd' 'America/New_York' | default '?' }}", "?")]
    [InlineData("{{ event.total | number }} {{ 1234567 | number }} {{ '-0.0001' | number }}", "249.9 1,234,567 0")]
    [InlineData("{{ event.total | number 2 }} {{ 0.5 | number 0 }}", "249.90 1")]
    [InlineData("{{ event.total | money event.currency }}", "CN¥249.90")]
    [InlineData("{{ 1e30 | number | default '?' }}", "?")]
    [InlineData("{{ true | number | default '?' }}", "?")]
    [InlineData("{{ 'A family 👨‍👩‍👧‍👦 of four' | truncate 11 }}", "A family 👨‍👩‍👧‍👦…")]
    [InlineData("{{ 'abc' | truncate 3 }}{{ 'abcd' | truncate 3 }}{{ 'abcd' | truncate 2 '...' }}{{ 'abcd' | truncate 0 }}", "abcab…ab")]
    [InlineData("{{ 12345 | truncate 3 }}", "12…")]
    [InlineData("{{ '' | default 'x' }}{{ 0 | default 'x' }}{{ false | default 'x' }}", "x0false")]
    public void Filters_write_for_the_customer(string template, string expected) =>
        Assert.Equal(expected, Assert.IsType<Rendering.Ready>(MessageRenderer.Render(Sample.Folder(("en", "Hi", template)), Sample.Context())).Html.Replace("&quot;", "\"", StringComparison.Ordinal));

    [Fact]
    public void Dates_are_written_in_the_customers_own_zone() => Assert.Equal(
        "2. März 2026, 09:30",
        Assert.IsType<Rendering.Ready>(MessageRenderer.Render(Sample.Folder(("de", "Hi", "{{ event.at | date }}, {{ event.at | date 'time' }}")), Sample.Context("de") with { DefaultLocale = "de", Zone = "Pacific/Auckland" })).Html);

    [Fact]
    public void Nothing_is_cut_in_the_middle_of_a_character_and_nothing_is_longer_than_asked() => Gen.Select(Gen.String, Gen.Int[0, 20]).Sample((text, most) =>
    {
        if (MessageRenderer.Render(Sample.Folder(("en", "Hi", "{{ customer.x | truncate customer.n }}")), Sample.Context() with { Traits = Sample.Traits(JsonSerializer.Serialize(new { x = text, n = most })) }) is not Rendering.Ready ready) return true;
        var cut = System.Net.WebUtility.HtmlDecode(ready.Html);
        return new System.Globalization.StringInfo(cut).LengthInTextElements <= Math.Max(most, 0) && !cut.Where((c, i) => char.IsHighSurrogate(c) && (i + 1 == cut.Length || !char.IsLowSurrogate(cut[i + 1]))).Any();
    });
}
