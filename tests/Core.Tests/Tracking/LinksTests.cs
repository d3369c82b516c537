using MarketingAutomation.Customers;

namespace MarketingAutomation.Tracking;

public class LinksTests
{
    private static readonly Deployment Deployment = new(new byte[32], new byte[32], new Uri("https://mail.shop.example/sub/"));
    private static readonly DeliveryLinks Links = Tracking.Links.Of(Deployment).For(CustomerKey.OfUser([1], "u-1"), "delivery1");

    [Fact]
    public void Links_stand_under_the_public_address_and_carry_their_tokens()
    {
        Assert.True(Read<TrackingToken.Open>(Links.Open(), "https://mail.shop.example/sub/t/o/") is { Delivery: "delivery1" });
        Assert.True(Read<TrackingToken.Click>(Links.Click(2, LinkTarget.TryRead("https://shop.example/", out var shop) ? shop : null!), "https://mail.shop.example/sub/t/c/") is { Link: 2, Destination.Address: "https://shop.example/" });
        Assert.True(Read<TrackingToken.View>(Links.View(), "https://mail.shop.example/sub/t/v/") is { Delivery: "delivery1" });
        Assert.True(Read<TrackingToken.Unsubscribe>(Links.Unsubscribe("news"), "https://mail.shop.example/sub/t/u/") is { Topic: "news" });
    }

    [Fact]
    public void Links_know_their_own()
    {
        Assert.True(Links.Links.IsOurs(Links.Open()));
        Assert.False(Links.Links.IsOurs("https://mail.shop.example/sub/"));
    }

    [Fact]
    public void A_deployment_keeps_its_links() => Assert.Same(Links.Links, Tracking.Links.Of(Deployment));

    private static T? Read<T>(string address, string root) where T : TrackingToken
    {
        Assert.StartsWith(root, address, StringComparison.Ordinal);
        return Links.Links.Tokens.TryRead<T>(address[root.Length..], out var token) ? token : null;
    }
}
