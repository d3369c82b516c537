using System.Text.Json;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Config;

public class SampleConfigTests
{
    [Fact]
    public void The_product_starts_with_a_config_that_has_no_problems()
    {
        var (catalog, problems) = SampleConfig.Read(SampleConfig.Files);

        Assert.Empty(problems);
        Assert.Equal(["abandoned-cart", "welcome", "win-back", "year-end-offer"], catalog!.Journeys.Keys);
        Assert.Equal(["year-end-offer"], catalog.Broadcasts.Select(broadcast => broadcast.Key));
        Assert.True(catalog.Segments.Count >= 5);
    }

    [Fact]
    public void Every_message_of_the_sample_speaks_english_and_chinese() =>
        Assert.All(SampleConfig.Read(SampleConfig.Files).Catalog!.Messages.Values, message => Assert.Equal(["en", "zh-CN"], message.Bodies.Keys));

    [Fact]
    public void Every_body_of_the_sample_names_its_language() =>
        Assert.All(SampleConfig.Files.Where(file => file.Key.EndsWith(".html", StringComparison.Ordinal) && !file.Key.StartsWith(Partials.Folder, StringComparison.Ordinal)),
            file => Assert.Contains($"<html lang=\"{Path.GetFileNameWithoutExtension(file.Key)}\"", file.Value, StringComparison.Ordinal));

    [Fact]
    public void Every_json_file_of_the_sample_points_at_its_schema() =>
        Assert.All(SampleConfig.Files.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal) && !file.Key.StartsWith("schema/", StringComparison.Ordinal)), file =>
        {
            var schema = JsonDocument.Parse(file.Value).RootElement.GetProperty("$schema").GetString()!;
            var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.Combine(SampleConfig.Folder, file.Key))!, schema));
            Assert.True(File.Exists(path), schema);
        });
}
