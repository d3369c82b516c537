using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Channels;

/// <summary>What every e-mail channel does.</summary>
public abstract class ChannelContract
{
    private protected abstract IChannel Channel { get; }

    /// <summary>What has arrived, as the bytes of MIME messages, in no particular order.</summary>
    protected abstract IReadOnlyList<string> Arrived { get; }

    [Fact]
    public async Task A_message_arrives_as_it_was_sent()
    {
        Assert.IsType<Outcome.Sent>(await Channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));

        var mime = Outgoing.Parse(Assert.Single(Arrived));
        Assert.Equal((Outgoing.Welcome.Subject, Outgoing.Welcome.Html, Outgoing.Welcome.Text), (mime.Subject, mime.HtmlBody!.ReplaceLineEndings("\n"), mime.TextBody!.ReplaceLineEndings("\n")));
        Assert.Equal(Outgoing.Welcome.To, Assert.Single(mime.To.Mailboxes).Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mei")]
    [InlineData("mei@")]
    [InlineData("Mei <mei@example.test>")]
    [InlineData("mei@example.test, eve@example.test")]
    [InlineData("mei@example.test\r\nBcc: eve@example.test")]
    [InlineData("美@example.test")]
    public async Task An_address_nobody_can_write_to_gets_nothing_more(string to)
    {
        Assert.True(await Channel.SendAsync(Outgoing.Welcome with { To = to }, TestContext.Current.CancellationToken) is Outcome.Failed { HardBounce: true });
        Assert.Empty(Arrived);
    }

    [Fact]
    public async Task The_same_delivery_twice_is_one_message_where_the_channel_says_so()
    {
        await Channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken);
        Assert.IsType<Outcome.Sent>(await Channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));
        Assert.Equal(Channel.IsIdempotent ? 1 : 2, Arrived.Count);
        Assert.Single(Arrived.Select(mime => Outgoing.Parse(mime).MessageId).Distinct());
    }

    [Fact]
    public async Task Many_messages_at_once_all_arrive_once()
    {
        string[] deliveries = [.. Enumerable.Range(0, 50).Select(n => $"delivery{n:00}")];
        await Task.WhenAll(deliveries.Select(delivery => Channel.SendAsync(Outgoing.Welcome with { Delivery = delivery }, TestContext.Current.CancellationToken)));
        Assert.Equal(deliveries.Select(delivery => $"{delivery}@shop.example"), Arrived.Select(mime => Outgoing.Parse(mime).MessageId).Order(StringComparer.Ordinal));
    }
}
