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
    public void Two_and_a_half_MiB_are_too_much_and_a_byte_less_is_not()
    {
        Assert.Equal((5 << 19) - 1, CommitLimits.Check("p", Values(CommitLimits.ValueBytes, CommitLimits.ValueBytes, CommitLimits.ValueBytes, (5 << 19) - 3 * CommitLimits.ValueBytes - 5)));
        Assert.Throws<ArgumentException>(() => CommitLimits.Check("p", Values(CommitLimits.ValueBytes, CommitLimits.ValueBytes, CommitLimits.ValueBytes, (5 << 19) - 3 * CommitLimits.ValueBytes - 4)));
        Assert.Throws<ArgumentException>(() => CommitLimits.Check("p", Values(CommitLimits.ValueBytes + 1)));

        static Write[] Values(params int[] lengths) => [.. lengths.Select((length, i) => new Write.Put($"{i}", new byte[length]))];
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a%b")]
    [InlineData("a,b")]
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
            .Replace("#", "", StringComparison.Ordinal).Replace("?", "", StringComparison.Ordinal).Replace("%", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        Assert.Equal(89, CommitLimits.Check("p", [new Write.Delete(key)]));
    }

    private static Write[] Deletes(int count) => [.. Enumerable.Range(100, count).Select(i => new Write.Delete(i.ToString("x2", null)))];
}
