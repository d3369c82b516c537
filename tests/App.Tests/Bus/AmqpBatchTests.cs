using Amqp;
using Amqp.Framing;

namespace MarketingAutomation.Bus;

public sealed class AmqpBatchTests
{
    private const int MostBytes = 64 * 1024;

    private static readonly Gen<int[]> Sizes = Gen.OneOf(Gen.Int[0, 200], Gen.Int[0, 20_000], Gen.Int[60_000, 65_000]).Array[1, 200];

    [Fact]
    public void Batches_hold_every_message_in_order_and_none_is_larger_than_allowed() => Sizes.Sample(sizes =>
    {
        var batches = AmqpBatch.Cut(Messages(sizes), MostBytes, int.MaxValue);
        Assert.Equal(sizes, batches.SelectMany(batch => Inside(batch.ToMessage())).Select(body => body.Length));
        Assert.All(batches, batch => Assert.InRange(AmqpBatch.Bytes(batch.ToMessage()).Length, 1, MostBytes));
    });

    [Fact]
    public void No_two_neighbours_would_have_fitted_into_one() => Sizes.Sample(sizes =>
    {
        const int Slack = 512; // what is kept free for envelopes
        var batches = AmqpBatch.Cut(Messages(sizes), MostBytes, int.MaxValue).Select(batch => Inside(batch.ToMessage()).ToList()).ToList();
        foreach (var (batch, next) in batches.Zip(batches.Skip(1)))
            Assert.True(batch.Sum(body => body.Length + 150) + next[0].Length + 150 > MostBytes - Slack);
    });

    [Fact]
    public void A_broker_without_batches_gets_each_message_by_itself()
    {
        var batches = AmqpBatch.Cut(Messages([1, 2, 3]), MostBytes, mostMessages: 1);
        Assert.All(batches, batch => Assert.Equal(0u, batch.ToMessage().Format));
        Assert.Equal(3, batches.Count);
    }

    [Fact]
    public void A_message_too_large_by_itself_is_refused_before_anything_is_cut() =>
        Assert.Equal("amqp:link:message-size-exceeded", Assert.Throws<AmqpException>(() => AmqpBatch.Cut(Messages([1, MostBytes + 1]), MostBytes, int.MaxValue)).Error.Condition.ToString());

    private static IEnumerable<AmqpOutgoing> Messages(int[] sizes) => sizes.Select(size => AmqpOutgoing.Of(new(new byte[size]), DateTimeOffset.UnixEpoch));

    private static IEnumerable<byte[]> Inside(Message message) => message.BodySection is not DataList many
        ? [((Data)message.BodySection).Binary]
        : Enumerable.Range(0, many.Count).Select(i => many[i].Binary).Select(bytes => ((Data)Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length)).BodySection).Binary);
}
