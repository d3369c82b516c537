using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Channels;

/// <summary>A message as it arrived at the other end of a channel, line breaks as <c>\n</c>.</summary>
internal sealed record Arrival(string Delivery, string To, string Subject, string Html, string Text)
{
    /// <param name="mime">Bytes of a MIME message, each as one character.</param>
    public static Arrival Of(string mime)
    {
        var parsed = Outgoing.Parse(mime);
        return new(parsed.MessageId!.Split('@')[0], Assert.Single(parsed.To.Mailboxes).Address, parsed.Subject!, parsed.HtmlBody!.ReplaceLineEndings("\n"), parsed.TextBody!.ReplaceLineEndings("\n"));
    }
}

/// <summary>What every channel does.</summary>
public abstract class ChannelContract
{
    private protected abstract IChannel Channel { get; }

    /// <summary>What has arrived, in no particular order.</summary>
    private protected abstract IReadOnlyList<Arrival> Arrived { get; }

    [Fact]
    public async Task A_message_arrives_as_it_was_sent()
    {
        Assert.IsType<Outcome.Sent>(await Channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));

        Assert.Equal(new Arrival(Outgoing.Welcome.Delivery, Outgoing.Welcome.To, Outgoing.Welcome.Subject, Outgoing.Welcome.Html, Outgoing.Welcome.Text), Assert.Single(Arrived));
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
        Assert.Single(Arrived.Select(arrival => arrival.Delivery).Distinct());
    }

    [Fact]
    public async Task Many_messages_at_once_all_arrive_once()
    {
        string[] deliveries = [.. Enumerable.Range(0, 50).Select(n => $"delivery{n:00}")];
        await Task.WhenAll(deliveries.Select(delivery => Channel.SendAsync(Outgoing.Welcome with { Delivery = delivery }, TestContext.Current.CancellationToken)));
        Assert.Equal(deliveries, Arrived.Select(arrival => arrival.Delivery).Order(StringComparer.Ordinal));
    }
}
