using System.Text;
using MarketingAutomation.Messages;
using MimeKit;

namespace MarketingAutomation.Channels;

public class MimeBuilderTests
{
    [Fact]
    public void The_welcome_mail_is_as_approved() => Golden.Match("welcome.eml", Write(Outgoing.Welcome).ReplaceLineEndings("\n"));

    [Fact]
    public void The_same_message_gives_the_same_bytes() => Assert.Equal(Write(Outgoing.Welcome), Write(Outgoing.Welcome));

    [Fact]
    public void One_click_unsubscribe_is_offered_where_the_topic_can_be_refused()
    {
        var headers = Outgoing.Parse(Write(Outgoing.Welcome)).Headers;
        Assert.Equal($"<{Outgoing.Welcome.UnsubscribeUrl}>", headers[HeaderId.ListUnsubscribe]);
        Assert.Equal("List-Unsubscribe=One-Click", headers[HeaderId.ListUnsubscribePost]);

        headers = Outgoing.Parse(Write(Outgoing.Welcome with { UnsubscribeUrl = null })).Headers;
        Assert.False(headers.Contains(HeaderId.ListUnsubscribe) || headers.Contains(HeaderId.ListUnsubscribePost));
    }

    [Fact]
    public void Names_and_subjects_in_any_language_come_through()
    {
        var mime = Outgoing.Parse(Write(Outgoing.Welcome));
        Assert.Equal((Outgoing.Welcome.Subject, "Der Laden 店铺", "help@shop.example"), (mime.Subject, mime.From[0].Name, mime.ReplyTo.Mailboxes.Single().Address));
    }

    [Fact]
    public void A_mail_is_ascii_in_short_lines_so_that_any_server_takes_it() => Assert.All(
        Write(Outgoing.Welcome with { Html = new string('x', 5000) }).Split("\r\n"),
        line => Assert.True(line.Length <= 998 && line.All(c => c is > '\0' and < '\u0080' and not ('\r' or '\n'))));

    [Fact]
    public void No_subject_or_name_starts_a_header_of_its_own() => Gen.Select(Gen.String, Gen.String).Sample((subject, name) =>
    {
        var mime = Outgoing.Parse(Write(Outgoing.Welcome with { Subject = $"{subject}\r\nBcc: eve@example.test", From = Outgoing.Welcome.From with { Name = $"{name}\r\nBcc: eve@example.test" } }));
        return mime.Headers.Select(header => header.Field).SequenceEqual(["From", "Subject", "Message-Id", "To", "Reply-To", "X-Delivery", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version"]);
    }, iter: 200);

    private static string Write(OutgoingMessage message)
    {
        Assert.True(MimeBuilder.TryBuild(message, date: null, out var mime));
        using var bytes = new MemoryStream();
        mime.WriteTo(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, bytes, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
