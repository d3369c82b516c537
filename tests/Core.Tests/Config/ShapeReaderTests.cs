using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

public class ShapeReaderTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Whatever_is_written_into_a_segment_is_read_or_told_and_never_throws() =>
        RandomJson.Node.Sample(json => _ = ConfigFile.Read<Segment>("segments/any.json", "any", json?.ToJsonString() ?? "null"), iter: 500);

    [Fact]
    public void Whatever_text_stands_in_a_segment_is_told_and_never_throws() =>
        Gen.Char["{}[]\":,\\u/dDe0123trxy \n"].Array[0, 40].Select(chars => new string(chars)).Sample(text => _ = ConfigFile.Read<Segment>("segments/any.json", "any", text), iter: 3_000);

    [Theory]
    [InlineData("segments/high-value.json"), InlineData("segments/newsletter-subscribers.json"), InlineData("segments/lapsed.json")]
    public void An_editor_with_our_schema_and_the_reader_agree_on_segments(string file) => Agree<Segment>(file, "segment.json");

    [Theory]
    [InlineData("journeys/welcome.json"), InlineData("journeys/abandoned-cart.json")]
    public void An_editor_with_our_schema_and_the_reader_agree_on_journeys(string file) => Agree<Journey>(file, "journey.json");

    [Fact]
    public void An_editor_with_our_schema_and_the_reader_agree_on_the_policy() => Agree<Policy>("policy.json", "policy.json");

    [Fact]
    public void Every_file_of_the_sample_fits_its_schema() =>
        Assert.All(SampleConfig.Files.Where(file => ConfigFolder.IsRead(file.Key) && file.Key.EndsWith(".json", StringComparison.Ordinal)), file =>
        {
            var json = JsonDocument.Parse(file.Value).RootElement;
            Assert.True(ValidatorOf(Path.GetFileName(json.GetProperty("$schema").GetString()!)).Accepts(json));
        });

    [Fact]
    public void A_value_out_of_shape_hides_nothing_that_is_wrong_beside_it()
    {
        var file = ConfigFile.Read<Journey>("journeys/a.json", "a", """{ "name": 1, "entry": { "event": "Signed Up", "reentry": 5 }, "steps": [{ "id": "b", "send": [] }, 7], "goal": {} }""");

        Assert.Equal(["$.name", "$.entry.reentry", "$.steps[0].send", "$.steps[1]", "$.goal", "$.goal"], file.Findings.Select(finding => finding.Path));
    }

    [Fact]
    public void The_parts_beside_a_broken_one_are_there_to_be_checked() =>
        Assert.Contains(
            ConfigFile.Read<Segment>("segments/a.json", "a", """{ "when": { "all": [{ "segment": "b" }, 5] } }""").Parts,
            part => part is { Path: "$.when.all[0]", Value: Condition.InSegment { Segment: "b" } });

    private static void Agree<T>(string file, string schema)
    {
        var (original, validator) = (JsonNode.Parse(SampleConfig.Files[file])!, ValidatorOf(schema));
        RandomJson.Mutation.Sample(mutation =>
        {
            var text = RandomJson.Mutate(original, mutation.Place, mutation.Kind, mutation.Word, mutation.Value).ToJsonString(Relaxed);
            var read = ConfigFile.Read<T>(file, "any", text);
            return validator.Accepts(JsonDocument.Parse(text).RootElement) == read.Findings is [] && (read.Findings is not [] || read.Value is not null);
        }, iter: 300);
    }

    private static SchemaValidator ValidatorOf(string schema) => new(JsonDocument.Parse(ConfigSchemas.All().Single(one => one.FileName == schema).Text).RootElement);
}
