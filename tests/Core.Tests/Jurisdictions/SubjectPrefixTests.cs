namespace MarketingAutomation.Jurisdictions;

public class SubjectPrefixTests
{
    private static readonly Dictionary<string, string> China = new() { ["en"] = "AD:", ["zh-CN"] = "广告：" };

    [Theory]
    [InlineData("Your cart", "en", "AD: Your cart")]
    [InlineData("购物车", "zh-CN", "广告：购物车")]
    [InlineData("Warenkorb", "de", "AD: Warenkorb")]
    [InlineData("AD: Your cart", "en", "AD: Your cart")]
    [InlineData("AD Your cart", "zh-CN", "AD Your cart")]
    [InlineData("[AD] Your cart", "en", "[AD] Your cart")]
    [InlineData("【广告】购物车", "zh-CN", "【广告】购物车")]
    [InlineData("广告购物车", "en", "广告购物车")]
    [InlineData("Adidas for you", "en", "AD: Adidas for you")]
    [InlineData("ADIDAS for you", "en", "AD: ADIDAS for you")]
    [InlineData("Read this AD:", "en", "AD: Read this AD:")]
    [InlineData("🎁 AD: gift", "en", "AD: 🎁 AD: gift")]
    public void A_subject_begins_with_the_word_of_its_language_once(string subject, string locale, string expected) =>
        Assert.Equal(expected, SubjectPrefix.Put(subject, China, locale, "en"));

    [Fact]
    public void Whatever_the_subject_the_word_stands_in_front_once_however_often_it_is_put_there() =>
        Gen.Select(Gen.String[Gen.Char["AD: ad广告【】[]x1🎁"], 1, 12], Gen.OneOf<string>("en", "zh-CN", "de")).Sample((subject, locale) =>
        {
            var put = SubjectPrefix.Put(subject, China, locale, "en");
            var word = put.TrimStart(' ', ':', '[', ']', '【', '】');
            Assert.True(word.StartsWith("AD", StringComparison.Ordinal) || word.StartsWith("广告", StringComparison.Ordinal), put);
            Assert.Equal(put, SubjectPrefix.Put(put, China, locale, "en"));
            Assert.EndsWith(subject, put, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("【广告】", "广告"), InlineData("AD:", "AD"), InlineData("::", "")]
    public void The_word_of_a_prefix_is_what_is_left_without_brackets(string prefix, string word) => Assert.Equal(word, SubjectPrefix.WordOf(prefix));
}
