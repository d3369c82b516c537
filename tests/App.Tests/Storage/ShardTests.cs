using MarketingAutomation.Customers;

namespace MarketingAutomation.Storage;

public sealed class ShardTests
{
    [Theory]
    [InlineData("3f-abc", 0x3f)]
    [InlineData("3f", 0x3f)]
    [InlineData("3f~x~20260101", 0x3f)]
    [InlineData("00-", 0)]
    [InlineData("ff-a", 255)]
    [InlineData("3~welcome~20260101", 0x30)]
    [InlineData("3", 0x30)]
    [InlineData("c-a", 0xc0)]
    [InlineData("3F-abc", null)]
    [InlineData("3fa-abc", null)]
    [InlineData("3g-abc", null)]
    [InlineData("catalogs", null)]
    [InlineData("ab2", null)]
    [InlineData("3 -", null)]
    [InlineData("-3f", null)]
    public void A_partition_belongs_to_the_shard_its_key_begins_with(string partition, int? shard) => Assert.Equal(shard, Shard.Of(partition));

    [Fact]
    public void A_customer_belongs_to_the_shard_its_key_begins_with()
    {
        var key = CustomerKey.OfUser(new byte[32], "ada").Value;
        Assert.Equal(Convert.ToInt32(key[..2], 16), Shard.Of(key));
    }

    [Fact]
    public void A_shards_ranges_hold_its_partitions_and_no_others() =>
        Gen.Select(Gen.OneOf("0", "3", "f", "3f", "30", "00", "ff", "3a", "cat"), Gen.OneOf("", "-", "~", "-~", "a", " ", ".", "}"), Gen.Char.AlphaNumeric.Array[0, 3], (a, b, c) => a + b + new string(c)).Sample(partition =>
        {
            var ranges = Enumerable.Range(0, Shard.Count).Where(shard => Shard.Ranges(shard).Any(range => string.CompareOrdinal(range.From, partition) <= 0 && string.CompareOrdinal(partition, range.To) < 0));
            Assert.Equal(Shard.Of(partition) is { } shard ? [shard] : [], ranges);
        });

    [Fact]
    public void A_new_map_deals_the_shards_evenly_and_is_kept_as_written()
    {
        var map = ShardMap.Deal(["a", "b", "c"]);
        Assert.Equal([86, 85, 85], map.Shards.CountBy(home => home.Account).OrderBy(count => count.Key).Select(count => count.Value));
        map = map.With(7, new("b", 3, ShardPhase.Clearing, "a")) with { Mover = "m", Beat = 9 };
        var read = ShardMap.Read(map.Write());
        Assert.Equal(map.Shards, read.Shards);
        Assert.Equal((map.Mover, map.Beat), (read.Mover, read.Beat));
        Assert.InRange(map.Write().Length, 1, 10_000);
    }
}
