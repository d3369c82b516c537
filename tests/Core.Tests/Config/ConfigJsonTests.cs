using MarketingAutomation.Broadcasts;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

public class ConfigJsonTests
{
    [Theory]
    [InlineData("""{ "event": "Order Completed" }""", """{"event":"Order Completed"}""")]
    [InlineData("""{ "within": "P2W", "count": { "atLeast": 3.00 }, "event": "Order\u0020Completed" }""", """{"event":"Order Completed","count":{"atLeast":3},"within":"P14D"}""")]
    [InlineData("""{ "event": "购买", "where": { "b": { "is": 1.50 }, "a.c": { "oneOf": [1e2, "x", true] } } }""", """{"event":"购买","where":{"a.c":{"oneOf":[100,"x",true]},"b":{"is":1.5}}}""")]
    [InlineData("""{ "all": [{ "consent": "offers", "is": true }, { "not": { "trait": "age", "lessThan": -0.50 } }] }""", """{"all":[{"consent":"offers"},{"not":{"trait":"age","lessThan":-0.5}}]}""")]
    public void However_a_condition_is_laid_out_its_canonical_text_is_the_same(string written, string canonical) => Assert.Equal(canonical, ConfigJson.Canonical(Read(written)));

    [Theory]
    [InlineData("""{ "event": "A", "within": "P7D" }""", """{ "event": "A", "within": "P8D" }""")]
    [InlineData("""{ "event": "A", "count": { "is": 1 } }""", """{ "event": "A", "count": { "isNot": 1 } }""")]
    [InlineData("""{ "event": "A", "where": { "b": { "is": 1 } } }""", """{ "event": "A", "where": { "b": { "is": "1" } } }""")]
    public void Conditions_that_differ_differ_in_their_text(string one, string other) => Assert.NotEqual(ConfigJson.Canonical(Read(one)), ConfigJson.Canonical(Read(other)));

    [Fact]
    public void Whatever_the_sample_says_is_the_same_after_writing_and_reading_it_again()
    {
        var catalog = SampleConfig.Read(SampleConfig.Files).Catalog!;

        Assert.All(catalog.Segments.Values, Same);
        Assert.All(catalog.Journeys.Values.Except(catalog.Broadcasts.Select(broadcast => broadcast.Value)), Same);
        Assert.All(ConfigFolder.Of(SampleConfig.Files).Broadcasts.Values.Select(file => (Broadcast)file.Value!), Same);
        Assert.All(catalog.Messages.Values.Select(message => message.Message), Same);
        Same(catalog.Policy);
    }

    private static void Same<T>(T value) where T : class
    {
        var text = ConfigJson.Canonical(value);
        Assert.Equal(text, ConfigJson.Canonical((T)ConfigFile.Read<T>("any.json", "any", text).Value!));
    }

    private static Condition Read(string json) =>
        ((Segment)ConfigFile.Read<Segment>("any.json", "any", $$"""{ "name": { "en": "Any" }, "when": {{json}} }""").Value!).When;
}
