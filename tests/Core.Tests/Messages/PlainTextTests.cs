namespace MarketingAutomation.Messages;

public class PlainTextTests
{
    [Theory]
    [InlineData("<p>One\n  two</p><p>Three</p>", "One two\n\nThree")]
    [InlineData("One<br>two<br/><br>three", "One\ntwo\n\nthree")]
    [InlineData("<div>One</div><div>two</div>", "One\ntwo")]
    [InlineData("<h1>Title</h1>Text <b>bold</b>, more", "Title\n\nText bold, more")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("<p>List:</p><ul><li>one</li><li>two</li></ul><p>end</p>", "List:\n\n- one\n- two\n\nend")]
    [InlineData("<ol><li>one<ul><li>in</li></ul></li><li>two</li></ol>", "1. one\n  - in\n2. two")]
    [InlineData("<li>alone", "- alone")]
    [InlineData("a &amp; b &lt;c&gt; &nbsp; d &#8364;", "a & b <c> d €")]
    [InlineData("1 < 2 and 3 > 2", "1 < 2 and 3 > 2")]
    [InlineData("<a href=\"https://shop.example/?a=1&amp;b=2\">Shop</a> now", "Shop (https://shop.example/?a=1&b=2) now")]
    [InlineData("<a href=\"https://shop.example/\">https://shop.example/</a>", "https://shop.example/")]
    [InlineData("<a href=\"mailto:a@b.example\">a@b.example</a>", "a@b.example")]
    [InlineData("<a href=\"#top\">Top</a>", "Top")]
    [InlineData("<a href=\"https://shop.example/\"><img src=\"x\" alt=\"Shop\"></a>", "Shop (https://shop.example/)")]
    [InlineData("<a href=\"https://shop.example/\"><img src=\"x\" alt=\"\"></a>", "https://shop.example/")]
    [InlineData("<head><title>T</title><style>p{}</style></head><body>x<script>var a = '<p>';</script></body>", "x")]
    [InlineData("<!doctype html><!-- note <b> -->x<?xml y?>", "x")]
    [InlineData("<div style=\"color:red; DISPLAY : none\">Pre <div>header</div></div>x", "x")]
    [InlineData("<img style=\"display:none\" alt=\"y\">x", "x")]
    [InlineData("中文<br>第二行", "中文\n第二行")]
    [InlineData("</a></ul></li>x", "x")]
    [InlineData("", "")]
    public void Html_becomes_text_a_person_can_read(string html, string text) => Assert.Equal(text, PlainText.Of(html));

    [Fact]
    public void Broken_html_is_no_exception() =>
        Gen.Char["<>a/ ='\"!-uliop&;:"].Array[0, 60].Sample(html => PlainText.Of(new(html)) is not null);
}
