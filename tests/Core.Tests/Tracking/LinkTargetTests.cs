namespace MarketingAutomation.Tracking;

public class LinkTargetTests
{
    [Theory]
    [InlineData("https://shop.example")]
    [InlineData("HTTP://shop.example:8080/a?b=c@d#e")]
    [InlineData("https://[2001:db8::1]/x")]
    public void Plain_web_addresses_are_kept_as_written(string address)
    {
        Assert.True(LinkTarget.TryRead(address, out var target));
        Assert.Equal(address, target.Address);
    }

    [Theory]
    [InlineData("https://例子.example/商品?颜色=红", "https://xn--fsqu00a.example/%E5%95%86%E5%93%81?%E9%A2%9C%E8%89%B2=%E7%BA%A2")]
    public void Other_characters_are_escaped_because_a_redirect_is_ascii(string address, string expected)
    {
        Assert.True(LinkTarget.TryRead(address, out var target));
        Assert.Equal(expected, target.Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/relative")]
    [InlineData("#top")]
    [InlineData("mailto:a@b.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("//evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("https:///evil.example")]
    [InlineData("https://shop.example@evil.example")]
    [InlineData("https://shop.example%40:x@evil.example/")]
    [InlineData("https://evil.example\\@shop.example")]
    [InlineData("https://shop.example/a b")]
    [InlineData("https://shop.example/\r\nSet-Cookie: a=b")]
    [InlineData("https://shop.example/\u0000")]
    [InlineData("https://shop.example/\u0085")]
    [InlineData(" https://shop.example/")]
    public void Anything_else_is_no_target(string address) => Assert.False(LinkTarget.TryRead(address, out _));

    [Fact]
    public void An_address_too_long_for_servers_is_no_target() => Assert.False(LinkTarget.TryRead("https://shop.example/" + new string('x', LinkTarget.MostCharacters), out _));

    [Fact]
    public void Whatever_is_accepted_is_safe_ascii_and_accepted_again() => Gen.String.Select(rest => "https://" + rest).Sample(address =>
        !LinkTarget.TryRead(address, out var target) || (target.Address.All(c => c is > ' ' and < '\u007f' and not '\\') && LinkTarget.TryRead(target.Address, out var again) && again == target));
}
