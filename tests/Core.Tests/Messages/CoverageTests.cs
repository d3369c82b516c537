using System.Collections.Immutable;
using MarketingAutomation.Config;

namespace MarketingAutomation.Messages;

public class CoverageTests
{
    [Fact]
    public void The_report_says_what_customers_read_whose_language_a_message_lacks()
    {
        var coverage = Coverage.Of(Catalog(("hello", ["en", "zh", "zh-CN"]), ("offer", ["en", "zh"]), ("receipt", ["en"])));
        Assert.False(coverage.IsComplete);
        Assert.Equal(
            """
            message  en   zh    zh-CN
            hello    yes  yes   yes
            offer    yes  yes   → zh
            receipt  yes  → en  → en

            """.ReplaceLineEndings("\n"), coverage.ToString());
    }

    [Fact]
    public void Messages_that_all_speak_the_same_languages_are_complete() => Assert.True(Coverage.Of(Catalog(("hello", ["de", "en"]), ("offer", ["de", "en"]))).IsComplete);

    private static Catalog Catalog(params (string Id, string[] Locales)[] messages) => SampleConfig.Read(SampleConfig.Files).Catalog! with
    {
        Messages = messages.ToImmutableSortedDictionary(message => message.Id, message => Sample.Folder([.. message.Locales.Select(locale => (locale, "Hi", "x"))]), StringComparer.Ordinal),
    };
}
