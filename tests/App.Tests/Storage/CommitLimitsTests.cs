namespace MarketingAutomation.Storage;

public sealed class CommitLimitsTests
{
    [Fact]
    public void Bytes_of_keys_and_values_count() =>
        Assert.Equal(3 + 10 + 1 + 2 + 1 + 0 + 1 + 5, CommitLimits.Check("p", [new Write.Insert("abc", new byte[10]), new Write.Put("d", new byte[2]), new Write.Delete("e"), new Write.Replace("f", new byte[5], "")]));

    [Fact]
    public void One_to_a_hundred_writes_are_a_commit()
    {
        Assert.Equal(200, CommitLimits.Check("p", Deletes(100)));
        Assert.Throws<ArgumentException>(() => CommitLimits.Check("p", Deletes(101)));
        Assert.Throws<ArgumentException>(() => CommitLimits.Check("p", []));
    }

    [Fact]
    public void Three_MiB_are_too_much_and_a_byte_less_is_not()
    {
        Assert.Equal((3 << 20) - 1, CommitLimits.Check("p", [new Write.Put("a", new byte[(3 << 20) - 2])]));
        Assert.Throws<ArgumentException>(() => CommitLimits.Check("p", [new Write.Put("a", new byte[(3 << 20) - 1])]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    [InlineData("a\x7f")]
    [InlineData("ä")]
    public void A_key_that_not_every_store_can_keep_is_refused_without_being_repeated(string key)
    {
        var refused = Assert.Throws<ArgumentException>(() => CommitLimits.Check("p", [new Write.Delete(key)]));
        if (key is not "") Assert.DoesNotContain(key, refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CommitLimits.Check(key, [new Write.Delete("a")]));
    }

    [Fact]
    public void Every_other_printable_character_may_be_in_a_key()
    {
        var key = string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)).Replace("/", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal)
            .Replace("#", "", StringComparison.Ordinal).Replace("?", "", StringComparison.Ordinal);
        Assert.Equal(91, CommitLimits.Check("p", [new Write.Delete(key)]));
    }

    private static Write[] Deletes(int count) => [.. Enumerable.Range(100, count).Select(i => new Write.Delete(i.ToString("x2", null)))];
}
