using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Channels;
using MarketingAutomation.Customers;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

public class HeadersTests
{
    private static readonly string[] Expected = ["Subject", "Message-Id", "From", "To", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"];

    private static readonly DeliveryLinks Links = Tracking.Links.Of(new(new byte[32], new byte[32], new("https://m.shop.example"))).For(CustomerKey.OfUser([1], "ada"), "d1");

    private static readonly MessageFolder Folder = new(
        new Message(new Dictionary<string, string>(), "news", new Dictionary<string, string> { ["en"] = "Hello {{ customer.x }}" }),
        ImmutableSortedDictionary.Create<string, Body>(StringComparer.Ordinal).Add("en", new("<p>{{ customer.x }}</p>", null)));

    [Theory]
    [InlineData("\r\nBcc: eve@evil.example")]
    [InlineData("\nBcc: eve@evil.example\n\nbody")]
    [InlineData("\u2028Bcc: eve@evil.example")]
    [InlineData("\0\rX: y")]
    [InlineData("=?utf-8?q?=0D=0ABcc:_eve@evil.example?=")]
    public void A_trait_starts_no_header(string trait) => Assert.True(HasOnlyItsOwnHeaders(trait));

    [Fact]
    public void Whatever_a_trait_holds_the_message_has_its_own_headers_and_no_other() =>
        Gen.OneOf(Gen.String, Gen.Char["\r\n\t :=?<>@,;\u0085\u2028\u2029\0aé中"].Array[1, 60].Select(letters => new string(letters)))
            .Where(trait => !string.IsNullOrWhiteSpace(trait)).Sample(HasOnlyItsOwnHeaders);

    private static bool HasOnlyItsOwnHeaders(string trait)
    {
        var traits = JsonElement.Parse(JsonSerializer.Serialize(new { x = trait })).EnumerateObject().ToImmutableSortedDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
        if (MessageRenderer.Render(Folder, new("hello", "journey", traits, default, "en", "en", Links.Unsubscribe("news"), Links)) is not Rendering.Ready ready) return true;
        var outgoing = new OutgoingMessage("d1", "ada@shop.example", new("hello@shop.example", "Shop"), ready.Subject, ready.Html, ready.Text, ready.Locale, Links.Unsubscribe("news"));
        Assert.True(MimeBuilder.TryBuild(outgoing, null, out var mime));
        using var bytes = new MemoryStream();
        mime.WriteTo(bytes);
        var head = Encoding.ASCII.GetString(bytes.ToArray()).ReplaceLineEndings("\n").Split("\n\n", 2)[0];
        Assert.Equal(Expected.Order(StringComparer.Ordinal), head.Split('\n').Where(line => line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0]).Order(StringComparer.Ordinal));
        return !ready.Subject.Any(char.IsControl);
    }
}
