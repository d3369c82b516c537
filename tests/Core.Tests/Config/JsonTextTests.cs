namespace MarketingAutomation.Config;

public class JsonTextTests
{
    private const string Text = """
        {
          "name": { "en": "A",
                    "zh-CN": "B" },
          "steps": [
            { "id": "a" }, { "id": "b",
              "send": "c" },
            []
          ]
        }
        """;

    [Theory]
    [InlineData("$", 1), InlineData("$.name", 2), InlineData("$.name.en", 2), InlineData("$.name['zh-CN']", 3), InlineData("$.steps", 4)]
    [InlineData("$.steps[0]", 5), InlineData("$.steps[1].id", 5), InlineData("$.steps[1].send", 6), InlineData("$.steps[2]", 7)]
    public void Every_value_knows_its_line(string path, int line) => Assert.Equal(line, JsonText.Parse("a.json", Text).Json!.At(path, "").Line);

    [Theory]
    [InlineData("$.steps[1].wait", 5), InlineData("$.steps[7].id", 4), InlineData("$.goal", 1), InlineData("$.name['de.AT']", 2)]
    public void What_is_missing_is_looked_for_where_it_would_be(string path, int line) => Assert.Equal(line, JsonText.Parse("a.json", Text).Json!.At(path, "").Line);

    [Theory]
    [InlineData("", 1, "is empty: write a JSON object")]
    [InlineData("{\n  \"a\": 1, // one\n  \"b\": 2\n}", 2, "has a comment, which JSON does not allow: put it into \"description\" or remove it")]
    [InlineData("{\n  \"a\": 1,\n}", 3, "has a comma with nothing after it: remove the comma")]
    [InlineData("{\n  \"ä中😀\": [1,]\n}", 2, "has a comma with nothing after it: remove the comma")]
    [InlineData("{\n  \"a\": 1\n  \"b\": 2\n}", 3, "is not JSON: '\"' is invalid after a value. Expected either ',', '}', or ']'.")]
    [InlineData("{\n  \"a\": \"\\udc00\"\n}", 2, "is not JSON: A \\u escape gives only half of a character.")]
    public void Wrong_syntax_is_told_in_a_sentence(string text, int line, string what) =>
        Assert.Equal(new Finding("a.json", null, line, what), JsonText.Parse("a.json", text).Fault);

    [Fact]
    public void Nesting_without_end_is_wrong_syntax() => Assert.NotNull(JsonText.Parse("a.json", new string('[', 100_000)).Fault);
}
