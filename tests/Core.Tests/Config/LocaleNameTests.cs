namespace MarketingAutomation.Config;

public class LocaleNameTests
{
    [Theory]
    [InlineData("en"), InlineData("zh-CN"), InlineData("zh-Hans"), InlineData("zh-Hans-CN"), InlineData("es-419"), InlineData("yue")]
    public void A_language_may_name_its_script_and_region(string name) => Assert.True(LocaleName.IsValid(name));

    [Theory]
    [InlineData("zh-cn", "zh-CN"), InlineData("zh_CN", "zh-CN"), InlineData("EN", "en"), InlineData("zh-hans-cn", "zh-Hans-CN")]
    public void One_that_is_only_spelt_otherwise_is_refused_with_its_spelling(string name, string spelt)
    {
        Assert.False(LocaleName.IsValid(name));
        Assert.EndsWith($"did you mean \"{spelt}\"?", LocaleName.Explain(name), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""), InlineData("english"), InlineData("e"), InlineData("en-"), InlineData("中文"), InlineData("zh-CN-Hans")]
    public void What_is_no_language_is_refused(string name) => Assert.False(LocaleName.IsValid(name));
}
