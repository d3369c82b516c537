using System.Collections.Immutable;

namespace MarketingAutomation.Config;

public class ConfigReaderTests
{
    private static readonly ImmutableDictionary<string, string> Small = ImmutableDictionary<string, string>.Empty
        .Add("policy.json", """
            { "topics": { "offers": { "name": { "en": "Offers" }, "consent": "optOut" } },
              "senders": { "shop": { "email": "hello@shop.example", "name": "Shop" }, "care": { "email": "care@shop.example", "name": "Care" } } }
            """)
        .Add("messages/hello/message.json", """{ "name": { "en": "Hello" }, "topic": "offers", "subject": { "en": "Hello" } }""")
        .Add("messages/hello/en.html", "<a href=\"{{ unsubscribe_url }}\">Unsubscribe</a>");

    [Fact]
    public void A_policy_and_one_message_make_a_catalog() => Assert.Empty(SampleConfig.Read(Small).Problems);

    [Fact]
    public void The_first_sender_written_is_the_first_one_read() =>
        Assert.Equal(["shop", "care"], SampleConfig.Read(Small).Catalog!.Policy.Senders.Keys);

    [Fact]
    public void Another_text_is_another_catalog() =>
        Assert.NotEqual(SampleConfig.Read(Small).Catalog!.Hash, SampleConfig.Read(Small.SetItem("messages/hello/en.html", "{{ unsubscribe_url }}")).Catalog!.Hash);

    [Fact]
    public void The_order_in_which_files_are_found_does_not_make_another_catalog() =>
        Assert.Equal(
            SampleConfig.Read(new OrderedDictionary<string, string>(Small.OrderBy(file => file.Key, StringComparer.Ordinal))).Catalog!.Hash,
            SampleConfig.Read(new OrderedDictionary<string, string>(Small.OrderByDescending(file => file.Key, StringComparer.Ordinal))).Catalog!.Hash);

    [Theory]
    [InlineData("schema/segment.json"), InlineData("mappings/orders.json"), InlineData("README.md"), InlineData("segments/README.md"), InlineData("segments/.gitkeep")]
    public void Files_that_are_not_config_neither_matter_nor_harm(string path) =>
        Assert.Equal(SampleConfig.Read(Small).Catalog!.Hash, SampleConfig.Read(Small.Add(path, "anything")).Catalog!.Hash);

    [Fact]
    public void Templates_are_checked_with_what_is_given_to_check_them()
    {
        var (catalog, problems) = ConfigReader.Read(Small, 1, SampleConfig.Deployment, (id, message, _) => [new Problem($"messages/{id}", message.Message.Subject["en"])]);

        Assert.Null(catalog);
        Assert.Equal([new Problem("messages/hello", "Hello")], problems);
    }

    [Fact]
    public void A_broken_file_hides_nothing_that_is_wrong_in_others_or_elsewhere_in_itself()
    {
        var files = Small
            .Add("segments/first.json", """{ "name": { "en": "First" }, "when": { "all": [ { "trait": "age", "atLeast": "old" }, { "segment": "nobody" } ] } }""")
            .Add("segments/second.json", "{")
            .Add("segments/third.json", """{ "name": { "en": "Third" }, "when": { "segment": "second" } }""");

        Assert.Equal(
            ["segments/first.json $.when.all[0].atLeast (line 1)", "segments/first.json $.when.all[1].segment (line 1)", "segments/second.json (line 1)"],
            SampleConfig.Read(files).Problems.Select(problem => problem.Where));
    }

    [Fact]
    public void Everything_wrong_with_a_folder_is_told_as_approved()
    {
        var folder = Path.Combine(SampleConfig.Repository, "tests", "Core.Tests", "Config", "Broken");

        Golden.Match($"{folder}.txt", string.Concat(SampleConfig.Read(SampleConfig.FilesIn(folder)).Problems.Select(problem => $"{problem}\n")));
    }
}
