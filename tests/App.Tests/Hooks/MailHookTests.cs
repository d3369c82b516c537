using System.Net;
using System.Text;
using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;
using static MarketingAutomation.Hooks.MailReportMail;

namespace MarketingAutomation.Hooks;

public sealed class MailHookTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private const string Ours = "3f-abcdefghijklmnopqrstuvwxyz234567.welcome1";

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("failed", "5.1.1", CallbackKind.Bounced, true)]
    [InlineData("failed", "5.2.2", CallbackKind.Bounced, false)]
    [InlineData("Failed", "5.7.1", CallbackKind.Bounced, false)]
    [InlineData("delayed", "4.4.1", CallbackKind.Deferred, false)]
    [InlineData("delivered", "2.0.0", CallbackKind.Delivered, false)]
    public void A_status_notification_says_what_became_of_its_message(string action, string status, CallbackKind kind, bool hard)
    {
        foreach (var original in new[] { "text/rfc822-headers", "message/rfc822" })
        {
            var report = Assert.Single(Read(Dsn(Ours, "mei@example.test", action, status, original: original)));
            Assert.Equal((Ours, kind, hard, "mei@example.test", $"dsn {status}", Noon.AddMinutes(-1)), ($"{report.Of!.Customer}.{report.Of.Delivery}", report.Callback.Kind, report.Callback.Hard, report.Callback.Address, report.Callback.Reason, report.Callback.At));
        }
    }

    [Fact]
    public void A_notification_that_brings_nothing_back_is_known_by_the_address_it_was_sent_to() =>
        Assert.Equal("welcome1", Assert.Single(Read(Dsn(null, "mei@example.test", to: $"bounces+{Ours}@shop.example"))).Of!.Delivery);

    [Theory]
    [InlineData("abuse", 1)]
    [InlineData("not-spam", 0)]
    [InlineData("auth-failure", 0)]
    public void Only_a_complaint_is_a_complaint(string type, int count) =>
        Assert.Equal(count, Read(Complaint(Ours, "mei@example.test", type)).Count(report => report.Callback.Kind == CallbackKind.Complained && report.Of!.Delivery == "welcome1"));

    [Theory]
    [InlineData("")]
    [InlineData("not a mail")]
    [InlineData("From: mei@example.test\r\nSubject: I am on holiday\r\n\r\nBack on Monday.")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b1\r\n\r\n--b1\r\nContent-Type: message/delivery-status\r\n\r\n\r\n--b1--")]
    public void What_is_no_report_is_nothing(string mail) => Assert.Empty(Read(mail));

    [Fact]
    public void Whatever_a_mail_holds_reading_it_fails_nothing()
    {
        var mail = Dsn(Ours, "mei@example.test");
        Gen.Select(Gen.Int[0, mail.Length - 1], Gen.Int[0, 40], Gen.String).Sample((at, length, text) => Read(mail[..at] + text + mail[Math.Min(mail.Length, at + length)..]), iter: 2000);
    }

    [Fact]
    public async Task A_bounce_that_comes_by_mail_suppresses_its_customers_address_before_the_answer()
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        var bounce = Dsn(Name(shop, 0), "Customer-0@example.test");
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(shop, bounce));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(shop, bounce));
        Assert.True(await shop.IsSuppressedAsync("customer-0@example.test", ct));
        Assert.Equal((DeliveryStatus.Bounced, "dsn 5.1.1"), ((await shop.DeliveryAsync(0, ct)).Status, (await shop.DeliveryAsync(0, ct)).Reason));
        Assert.Equal(1, (await shop.ReportAsync(ct)).Bounced);
    }

    [Fact]
    public async Task A_complaint_that_comes_by_mail_does_too()
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(shop, Complaint(Name(shop, 0), "redacted")));
        Assert.True(await shop.IsSuppressedAsync("customer-0@example.test", ct));
        Assert.Equal(DeliveryStatus.Complained, (await shop.DeliveryAsync(0, ct)).Status);
    }

    [Fact]
    public async Task Who_got_a_message_cannot_have_somebody_elses_address_suppressed()
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(shop, Dsn(Name(shop, 0), "victim@example.test")));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(shop, Dsn(null, "victim@example.test")));
        await shop.DrainAsync(ct);
        Assert.False(await shop.IsSuppressedAsync("victim@example.test", ct));
        Assert.False(await shop.IsSuppressedAsync("customer-0@example.test", ct));
    }

    [Fact]
    public async Task Mail_is_taken_from_who_knows_the_secret_and_what_is_no_report_is_taken_and_forgotten()
    {
        await using var shop = await HookedShop.OpenAsync(1, null, ct);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(shop, Dsn(Name(shop, 0), "customer-0@example.test"), "guess"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(shop, Dsn(Name(shop, 0), "customer-0@example.test"), null));
        Assert.False(await shop.IsSuppressedAsync("customer-0@example.test", ct));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(shop, "Subject: hello\r\n\r\nhello"));
    }

    private static IReadOnlyList<ProviderReport> Read(string mail) => MailReports.Read(Encoding.UTF8.GetBytes(mail), Noon);

    private static string Name(HookedShop shop, int n) => shop.Taken(n).Arguments[DeliveryName.Argument];

    private async Task<HttpStatusCode> PostAsync(HookedShop shop, string mail, string? secret = HookedShop.MailSecret)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "/hooks/mail") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(mail)) };
        if (secret is not null) post.Headers.Authorization = new("Bearer", secret);
        return await shop.SendAsync(post, ct);
    }
}
