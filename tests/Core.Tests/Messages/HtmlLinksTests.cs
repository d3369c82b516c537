using System.Text.RegularExpressions;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

public partial class HtmlLinksTests
{
    [Theory]
    [InlineData("<a href=\"https://shop.example/?a=1&amp;b=2\">x</a>", "https://shop.example/?a=1&b=2")]
    [InlineData("<A class='x' HREF='http://shop.example/'>x</A>", "http://shop.example/")]
    [InlineData("<a\n  title=\"a > b\"\n  href = \" https://shop.example/ \">x</a>", "https://shop.example/")]
    [InlineData("<a href=https://shop.example/x>x</a>", "https://shop.example/x")]
    [InlineData("<!--[if mso]><a href=\"https://shop.example/\">x</a><![endif]-->", "https://shop.example/")]
    public void A_web_link_leads_over_us_to_where_it_led(string html, string destination)
    {
        var token = Assert.Single(Clicks().Matches(Track(html, Sample.Links, null))).Groups[1].Value;
        Assert.True(Sample.Links.Links.Tokens.TryRead<TrackingToken.Click>(token, out var click));
        Assert.Equal((0, destination), (click.Link, click.Destination.Address));
    }

    [Theory]
    [InlineData("<a href=\"mailto:help@shop.example\">x</a>")]
    [InlineData("<a href=\"tel:+4420\">x</a>")]
    [InlineData("<a href=\"#top\">x</a>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<a href=\"https://shop.example@evil.example/\">x</a>")]
    [InlineData("<a href=\"https://mail.shop.example/t/u/x\">x</a>")]
    [InlineData("<a href=\"https://prefs.shop.example/u?a=1&amp;b=2\">x</a>")]
    [InlineData("<a href>x</a>")]
    [InlineData("<a name=\"https://shop.example/\">x</a>")]
    [InlineData("<abbr href=\"https://shop.example/\">x</abbr>")]
    [InlineData("<img src=\"https://shop.example/a.png\">")]
    [InlineData("<a href=\"https://shop.example/")]
    [InlineData("a < b <a")]
    public void Everything_else_stays_as_it_is(string html) =>
        Assert.StartsWith(html, Track(html, Sample.Links, "https://prefs.shop.example/u?a=1&b=2"), StringComparison.Ordinal);

    [Fact]
    public void Links_are_counted_in_their_order()
    {
        var html = Track("<a href=\"http://a.example\">a</a><a href=\"#b\">b</a><a href=\"http://c.example\">c</a>", Sample.Links, null);
        var clicks = Clicks().Matches(html).Select(match => Sample.Links.Links.Tokens.TryRead<TrackingToken.Click>(match.Groups[1].Value, out var click) ? click : null);
        Assert.Equal([(0, "http://a.example"), (1, "http://c.example")], clicks.Select(click => (click!.Link, click.Destination.Address)));
    }

    [Theory]
    [InlineData("<body>x</body></html>", "</body></html>")]
    [InlineData("<BODY>x</BODY>", "</BODY>")]
    [InlineData("x", "")]
    public void The_pixel_stands_at_the_end_of_the_body(string html, string rest) =>
        Assert.EndsWith($"<img src=\"{Sample.Links.Open()}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">{rest}", Track(html, Sample.Links, null), StringComparison.Ordinal);

    [Fact]
    public void Broken_html_is_no_exception() =>
        Gen.Char["<>a/ ='\"!-hrefbody:"].Array[0, 60].Sample(html => Track(new(html), Sample.Links, null).Length > html.Length);

    private static string Track(string html, DeliveryLinks links, string? unsubscribeUrl) => HtmlLinks.WithPixel(HtmlLinks.Follow(html, links, unsubscribeUrl), links);

    [GeneratedRegex("https://mail.shop.example/t/c/([^\"'> ]+)")]
    private static partial Regex Clicks();
}
