using System.Text;
using System.Text.Json;
using MarketingAutomation.Commands;

namespace MarketingAutomation.Hooks;

public class SendGridSignatureTests
{
    private static JsonElement Vector => JsonElement.Parse(File.ReadAllBytes(SharedFolder.FileOrSkip("vectors/sendgrid-signature.json")));

    private readonly SendGridSignature signature = new(Text("publicKeySpkiBase64"));
    private readonly byte[] body = Encoding.UTF8.GetBytes(Text("payload"));

    [Fact]
    public void SendGrids_own_example_is_accepted() => Assert.True(signature.Accepts(Text("signatureDerBase64"), Text("timestamp"), body));

    [Fact]
    public void The_last_line_break_is_signed_too() => Assert.False(signature.Accepts(Text("signatureDerBase64"), Text("timestamp"), body.AsSpan()[..^2]));

    [Fact]
    public void Another_time_is_not_accepted() => Assert.False(signature.Accepts(Text("signatureDerBase64"), "1600112503", body));

    [Fact]
    public void Another_key_or_signature_is_not_accepted()
    {
        var negative = Vector.GetProperty("negative");
        Assert.False(new SendGridSignature(negative.GetProperty("otherPublicKey").GetString()!).Accepts(Text("signatureDerBase64"), Text("timestamp"), body));
        Assert.False(signature.Accepts(negative.GetProperty("otherSignature").GetString(), Text("timestamp"), body));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("MEUCIQ==")]
    [InlineData("====")]
    public void What_is_no_signature_is_not_accepted(string? text) => Assert.False(signature.Accepts(text, Text("timestamp"), body));

    [Fact]
    public void Whatever_the_signature_may_be_the_answer_is_yes_or_no() =>
        Gen.OneOf(Gen.String, Gen.Byte.Array[0, 100].Select(Convert.ToBase64String)).Sample(text => !signature.Accepts(text, "1600112502", body), iter: 2000);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AAAA")]
    public void A_key_that_is_none_stops_the_start(string key) =>
        Assert.Contains("MARKETING_SENDGRID_WEBHOOK_KEY", Assert.Throws<CommandFault>(() => new SendGridSignature(key)).Message, StringComparison.Ordinal);

    private static string Text(string name) => Vector.GetProperty(name).GetString()!;
}
