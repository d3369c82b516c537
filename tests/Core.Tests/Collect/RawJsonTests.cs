using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Collect;

public class RawJsonTests
{
    [Theory]
    [InlineData("""{"a":"plain"}""", false)]
    [InlineData("""["\ud83d\ude00"]""", false)]
    [InlineData("""["\uD83D\uDE00\uD83D\uDE00"]""", false)]
    [InlineData("""["\\ud83d"]""", false)] // an escaped backslash, then letters
    [InlineData("""["\ud83d"]""", true)]
    [InlineData("""["\ude00"]""", true)]
    [InlineData("""["\ude00\ud83d"]""", true)]
    [InlineData("""["\ud83d\ud83d\ude00"]""", true)]
    [InlineData("""["\ud83d","\ude00"]""", true)]
    [InlineData("""["\ud83d\\ude00"]""", true)]
    [InlineData("""{"\ud83d":1}""", true)]
    public void Half_a_character_is_found_wherever_it_is(string json, bool found) => Assert.Equal(found, RawJson.HasLoneSurrogate(JsonElement.Parse(json)));

    [Fact]
    public void Half_a_character_is_found_exactly_where_reading_the_text_would_fail() =>
        Gen.OneOf("\\ud83d", "\\uDE00", "\\\\", "\\n", "\\u0041", "u", "\\\"").Array[0, 6].Select(string.Concat).Sample(text =>
        {
            var value = JsonElement.Parse($"\"{text}\"");
            return RawJson.HasLoneSurrogate(value) == (Record.Exception(() => value.GetString()) is not null);
        });

    [Theory]
    [InlineData("7", 0, false)]
    [InlineData("[]", 1, false)]
    [InlineData("[]", 0, true)]
    [InlineData("""{"a":[{}]}""", 3, false)]
    [InlineData("""{"a":[{}]}""", 2, true)]
    [InlineData("""["[[[[[["]""", 1, false)]
    public void Depth_counts_arrays_and_objects_but_not_brackets_in_texts(string json, int most, bool deeper) =>
        Assert.Equal(deeper, RawJson.IsDeeperThan(most, JsonElement.Parse(json)));

    [Fact]
    public void What_lies_above_wins_and_the_order_stays() =>
        Assert.Equal("""{"a":3,"b":2,"c":"ü"}""", RawJson.Merge(JsonElement.Parse("""{"a":1,"b":2}"""), RawJson.Properties(JsonElement.Parse("""{"a":3,"c":"ü"}"""))).GetRawText());

    [Fact]
    public void A_merge_with_nothing_is_empty() => Assert.Equal("{}", RawJson.Merge(default, []).GetRawText());
}
