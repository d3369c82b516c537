using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands;

public sealed class ShardsCommandTests
{
    [Fact]
    public void The_list_names_each_account_with_its_shards_and_says_how_to_end_what_is_under_way()
    {
        var map = ShardMap.Deal(["one", "two"]);
        map = map.With(0x80, new("one")).With(0x05, new("one", 1, ShardPhase.Closed, "two")).With(0xff, new("two", 1, ShardPhase.Clearing, "one"));
        Assert.Equal(
            [
                "one: 129 shards: 00-80",
                "two: 127 shards: 81-ff",
                "three: 0 shards",
                "05 is on its way from one to two: marketing shards move 05 --to two",
                "ff is in two; its rows in one are still to be removed: marketing shards move ff --to two",
            ], ShardsCommand.Lines(map, ["one", "two", "three"]));
    }

    [Theory]
    [InlineData("00", "0")]
    [InlineData("3f ff", "63 255")]
    [InlineData("00-03 02", "0 1 2 3")]
    [InlineData("30-2f", null)]
    [InlineData("3F-40", "63 64")]
    [InlineData("100", null)]
    [InlineData("g0", null)]
    [InlineData("-1", null)]
    [InlineData("00-10-20", null)]
    public void Shards_are_named_one_by_one_or_as_ranges(string text, string? shards)
    {
        var parsed = ShardsCommand.Create().Parse(["move", "--to", "one", "--", .. text.Split(' ')]);
        if (shards is null) Assert.NotEmpty(parsed.Errors);
        else Assert.Equal(shards, string.Join(' ', parsed.GetRequiredValue<int[]>("SHARD")));
    }
}
