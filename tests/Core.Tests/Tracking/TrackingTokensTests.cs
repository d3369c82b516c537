using MarketingAutomation.Customers;

namespace MarketingAutomation.Tracking;

public class TrackingTokensTests
{
    private static readonly TrackingTokens Tokens = new([.. Enumerable.Range(1, 32).Select(n => (byte)n)]);
    private static readonly CustomerKey Customer = CustomerKey.OfUser([1, 2, 3], "u-1");
    private static readonly string Delivery = Hash.Id("run", "step");

    private static readonly TrackingToken.Open Open = new(Customer, Delivery);
    private static readonly TrackingToken.Click Click = new(Customer, Delivery, 3, Target("https://shop.example/orders/7?a=1&b=%20#x"));
    private static readonly TrackingToken.Unsubscribe Unsubscribe = new(Customer, Delivery, "新闻 news");

    [Fact]
    public void A_token_is_read_as_it_was_written()
    {
        Assert.True(Tokens.TryRead<TrackingToken.Open>(Tokens.Write(Open), out var open));
        Assert.True(Tokens.TryRead<TrackingToken.Click>(Tokens.Write(Click), out var click));
        Assert.True(Tokens.TryRead<TrackingToken.Unsubscribe>(Tokens.Write(Unsubscribe), out var unsubscribe));
        Assert.Equal((Open, Click, Unsubscribe), (open, click, unsubscribe));
    }

    [Fact]
    public void Tokens_in_messages_already_sent_stay_readable() =>
        Golden.Match("tokens.txt", $"{Tokens.Write(Open)}\n{Tokens.Write(Click)}\n{Tokens.Write(Unsubscribe)}\n");

    [Fact]
    public void A_token_of_one_scope_means_nothing_in_another()
    {
        Assert.False(Tokens.TryRead<TrackingToken.Click>(Tokens.Write(Open), out _));
        Assert.False(Tokens.TryRead<TrackingToken.Unsubscribe>(Tokens.Write(Open), out _));
        Assert.False(Tokens.TryRead<TrackingToken.Open>(Tokens.Write(Click), out _));
        Assert.False(Tokens.TryRead<TrackingToken.Unsubscribe>(Tokens.Write(Click), out _));
        Assert.False(Tokens.TryRead<TrackingToken.Open>(Tokens.Write(Unsubscribe), out _));
        Assert.False(Tokens.TryRead<TrackingToken.Click>(Tokens.Write(Unsubscribe), out _));
    }

    [Fact]
    public void A_token_of_another_deployment_is_refused() =>
        Assert.False(new TrackingTokens(new byte[32]).TryRead<TrackingToken.Open>(Tokens.Write(Open), out _));

    [Fact]
    public void A_token_with_any_one_character_changed_is_refused() =>
        Gen.Select(Gen.OneOf<string>(Tokens.Write(Click), Tokens.Write(Click with { Destination = Long })), Gen.Int[0, 10_000], Gen.Char).Sample((text, at, other) =>
        {
            at %= text.Length;
            return text[at] == other || !Tokens.TryRead<TrackingToken.Click>($"{text[..at]}{other}{text[(at + 1)..]}", out _);
        });

    [Fact]
    public void Every_character_of_a_token_matters()
    {
        foreach (var (text, refuses) in ((string, Func<string, bool>)[])
            [
                (Tokens.Write(Open), text => !Tokens.TryRead<TrackingToken.Open>(text, out _)),
                (Tokens.Write(Click), text => !Tokens.TryRead<TrackingToken.Click>(text, out _)),
                (Tokens.Write(Unsubscribe), text => !Tokens.TryRead<TrackingToken.Unsubscribe>(text, out _)),
            ])
            for (var at = 0; at < text.Length; at++)
            {
                Assert.True(refuses(text.Remove(at, 1)));
                foreach (var other in "AZaz09-_./=") Assert.True(text[at] == other || refuses($"{text[..at]}{other}{text[(at + 1)..]}"));
            }
    }

    [Fact]
    public void Garbage_is_refused_and_nothing_is_thrown() => Gen.String.Sample(text =>
        !Tokens.TryRead<TrackingToken.Open>(text, out _) && !Tokens.TryRead<TrackingToken.Click>($"v1.{text}", out _) && !Tokens.TryRead<TrackingToken.Unsubscribe>(text + Tokens.Write(Unsubscribe)[^23..], out _));

    [Fact]
    public void Any_link_target_comes_back_from_its_token() =>
        Gen.String[Gen.Char["abcXYZ019/?#&=%._~:;,+!$()*'[]-"], 0, 1900].Select(rest => $"https://shop.example/{rest}").Where(address => LinkTarget.TryRead(address, out _)).Sample(address =>
            Tokens.TryRead<TrackingToken.Click>(Tokens.Write(Click with { Destination = Target(address) }), out var click) && click.Destination.Address == address);

    [Fact]
    public void A_long_destination_makes_no_path_segment_that_http_sys_refuses() =>
        Assert.All(Tokens.Write(Click with { Link = 999, Destination = Long }).Split('/'), segment => Assert.InRange(segment.Length, 1, 260));

    [Theory]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("")]
    public void An_id_that_would_not_stand_in_a_path_is_never_signed(string delivery) =>
        Assert.Throws<ArgumentException>(() => Tokens.Write(Open with { Delivery = delivery }));

    private static LinkTarget Long => Target("https://shop.example/" + new string('x', 1900));

    private static LinkTarget Target(string address) => LinkTarget.TryRead(address, out var target) ? target : throw new ArgumentException("not a target");
}
