namespace MarketingAutomation.Config;

public class WordsTests
{
    [Theory]
    [InlineData("", "", 0), InlineData("wait", "wait", 0), InlineData("snd", "send", 1), InlineData("evnet", "event", 1), InlineData("wiat", "wait", 1), InlineData("", "exit", 4), InlineData("kitten", "sitting", 3)]
    public void Edits_count_letters_put_in_left_out_replaced_or_swapped(string a, string b, int edits) => Assert.Equal(edits, Words.Edits(a, b));

    [Fact]
    public void It_is_as_far_from_one_word_to_another_as_back() =>
        Gen.Select(Gen.Char["abc"].Array[0, 6], Gen.Char["abc"].Array[0, 6]).Sample((a, b) => Words.Edits(new(a), new(b)) == Words.Edits(new(b), new(a)));

    [Fact]
    public void The_closest_candidate_is_meant() => Assert.Equal("customers", Words.Nearest("custommer", ["customs", "customers", "lapsed"]));

    [Fact]
    public void What_is_close_to_nothing_means_nothing() => Assert.Null(Words.Nearest("in", ["is", "not", "within"]));

    [Theory]
    [InlineData("\"a\"", "a"), InlineData("\"a\" or \"b\"", "a", "b"), InlineData("\"a\", \"b\" or \"c\"", "a", "b", "c"), InlineData("")]
    public void A_list_reads_as_people_say_it(string said, params string[] names) => Assert.Equal(said, Words.List(names));
}
