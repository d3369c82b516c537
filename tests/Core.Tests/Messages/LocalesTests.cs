namespace MarketingAutomation.Messages;

public class LocalesTests
{
    [Theory]
    [InlineData("zh-Hans-CN", "zh-Hans")]
    [InlineData("zh-Hant-TW", "zh")]
    [InlineData("ZH_hans", "zh-Hans")]
    [InlineData("pt-BR", "en-GB")]
    [InlineData("", "en-GB")]
    [InlineData("-", "en-GB")]
    [InlineData(null, "en-GB")]
    public void The_language_nearest_to_the_customers_own_is_chosen(string? wanted, string expected) =>
        Assert.Equal(expected, Locales.Choose(wanted, "en-GB", ["de", "en-GB", "zh", "zh-Hans"]));

    [Fact]
    public void The_default_language_has_near_ones_too() => Assert.Equal("en", Locales.Choose("fr", "en-GB", ["de", "en"]));

    [Fact]
    public void No_language_is_made_up() => Assert.Null(Locales.Choose("fr", "en", ["de"]));

    [Fact]
    public void Whatever_is_chosen_exists() => Gen.Select(Gen.String, Gen.String).Sample((wanted, fallback) => Locales.Choose(wanted, fallback, ["a", "de"]) is null or "a" or "de");
}
