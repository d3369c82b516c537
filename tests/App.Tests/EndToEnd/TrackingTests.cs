using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.EndToEnd;

/// <summary>What readers, scanners and mail programs do with the addresses in a message, as they find them in its <c>.eml</c>.</summary>
[Collection("Tracking")]
public sealed class TrackingTests : IAsyncLifetime
{
    private const string Person = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    private const string Scanner = "Barracuda Sentinel (EE)", ApplePrivacy = "Mozilla/5.0";

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private readonly ServeProcess server;

    public TrackingTests()
    {
        ConfigWriter.In(scratch.Config)
            .Message("news", "offers", "News for {{ customer.first_name }}", """<html><body><p><a href="https://shop.example/new?a=1&amp;b=2">New</a> <a href="https://shop.example/care">Care</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a></p></body></html>""")
            .Journey("news", """ "entry": { "event": "Came By", "reentry": "always" }, "steps": [ { "id": "send", "send": "news" } ]""");
        server = new(scratch.Data, scratch.Config);
    }

    public async ValueTask InitializeAsync() => await server.StartAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_person_who_follows_a_link_lands_where_it_leads_and_counts_as_a_click_and_a_scanner_before_does_not()
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        var mail = await MailToAsync("ada", "en");

        AssertRedirects(await AskAsync(HttpMethod.Head, mail.Links[0], Scanner), "https://shop.example/new?a=1&b=2");
        foreach (var link in mail.Links.SkipLast(1)) AssertRedirects(await AskAsync(HttpMethod.Get, link, Scanner), null);
        AssertRedirects(await AskAsync(HttpMethod.Get, mail.Links[1], Person), "https://shop.example/care"); // too soon for a person
        Assert.Equal("image/gif", (await AskAsync(HttpMethod.Get, mail.Images.Single(), ApplePrivacy)).Content.Headers.ContentType!.MediaType);
        await UntilPeopleReadAsync();

        var page = await chromium.NewPageAsync();
        string? referrer = null;
        await page.RouteAsync("https://shop.example/**", route =>
        {
            referrer = route.Request.Headers.GetValueOrDefault("referer");
            return route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>New in</h1>" });
        });
        await page.SetContentAsync(mail.Html); // as webmail shows it: with its pixel
        await page.ClickAsync("text=New");
        await page.WaitForURLAsync("https://shop.example/new?a=1&b=2");
        Assert.Null(referrer);

        await QuietAsync();
        var step = Assert.Single(await Programs.ReportAsync(scratch, ct));
        Assert.Equal((1, 0, 1), Touches(step, "opened"));
        Assert.Equal((1, 0, 1), Touches(step, "clicked"));
        Assert.Equal([("Email Link Clicked", "https://shop.example/new?a=1&b=2"), ("Email Opened", null)], await HumanHitsAsync());
    }

    [Fact]
    public async Task A_changed_a_borrowed_and_an_invented_token_are_answered_with_404_and_change_nothing()
    {
        var mail = await MailToAsync("ada", "en");
        Uri[] ours = [mail.Links[0], mail.Images.Single(), mail.OneClick!];
        string[] forged =
        [
            .. ours.SelectMany(url => Changed(url.AbsolutePath)),
            .. from url in ours from scope in "ocu" where url.AbsolutePath[3] != scope select $"/t/{scope}{url.AbsolutePath[4..]}",
            "/t/c/https://evil.example/", "/t/c/", "/t/u/null", "/t/o/v1.aaaa", $"/t/c/{new string('a', 4000)}", "/t/u/..%2f..%2fetc",
        ];
        await QuietAsync();
        var before = await VersionsAsync();

        foreach (var path in forged)
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            {
                using var answer = await AskAsync(method, new(server.Http.BaseAddress!, path), Person);
                Assert.True(answer.StatusCode is HttpStatusCode.NotFound || (method == HttpMethod.Post && answer.StatusCode is HttpStatusCode.MethodNotAllowed), $"{method} {path}: {answer.StatusCode}");
                Assert.Null(answer.Headers.Location);
            }

        await QuietAsync();
        Assert.Equal(before, await VersionsAsync());
    }

    [Theory, InlineData("urlencoded"), InlineData("multipart")]
    public async Task One_click_holds_at_once_and_is_the_same_however_often_it_is_posted(string encoding)
    {
        var mail = await MailToAsync("ada", "en");
        Assert.Equal("List-Unsubscribe=One-Click", mail.OneClickPost);
        Assert.Equal(mail.OneClick, mail.Links[^1]);
        await QuietAsync();

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            foreach (var agent in new[] { Person, Scanner })
                Assert.Equal(HttpStatusCode.OK, (await AskAsync(method, mail.OneClick!, agent)).StatusCode);
        await QuietAsync();
        Assert.Null(await ConsentAsync());

        for (var times = 0; times < 3; times++)
        {
            using var answer = await server.Http.PostAsync(mail.OneClick, OneClick(encoding), ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            Assert.Equal((false, "one-click"), (await ConsentAsync() is { } consent) ? (consent.Given, consent.Source) : default);
        }

        await ComeByAsync("ada", "en");
        await QuietAsync();
        Assert.Single(Mail.In(scratch.Data));
        var step = Assert.Single(await Programs.ReportAsync(scratch, ct));
        Assert.Equal((1, 1), (step.GetProperty("sent").GetInt32(), step.GetProperty("unsubscribed").GetInt32()));
    }

    [Theory]
    [InlineData("en", "Unsubscribe", "Offers", "You are unsubscribed")]
    [InlineData("zh-CN", "确认退订", "优惠", "退订成功")]
    public async Task The_page_behind_the_link_speaks_the_customers_language_and_its_button_unsubscribes(string locale, string button, string topic, string done)
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        var mail = await MailToAsync("ada", locale);
        var page = await chromium.NewPageAsync(width: 390, height: 844);

        await page.GotoAsync(mail.Links[^1].AbsoluteUri);
        Assert.Contains(topic, await page.TextContentAsync("main"), StringComparison.Ordinal);
        Assert.Equal(locale, await page.GetAttributeAsync("html", "lang"));
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        Assert.Null(await ConsentAsync());

        await page.ClickAsync($"button:has-text('{button}')");
        await page.WaitForSelectorAsync($"h1:has-text('{done}')");
        Assert.Equal((false, "unsubscribe-page"), (await ConsentAsync() is { } consent) ? (consent.Given, consent.Source) : default);
    }

    // Comes by, and gets a message.
    private async Task<Mail> MailToAsync(string userId, string locale)
    {
        await ComeByAsync(userId, locale);
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(scratch.Data).Count == 1), "No message is written.", TimeSpan.FromSeconds(30), ct);
        return Mail.In(scratch.Data).Single();
    }

    private async Task ComeByAsync(string userId, string locale)
    {
        using var answer = await server.Http.PostAsJsonAsync("/v1/batch", new
        {
            batch = new object[]
            {
                new { type = "identify", userId, context = new { locale }, traits = new { email = $"{userId}@shop.example", first_name = "Ada" } },
                new { type = "track", userId, @event = "Came By", messageId = Guid.NewGuid() },
            },
        }, ct);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, Uri url, string userAgent)
    {
        using var request = new HttpRequestMessage(method, url) { Headers = { { "User-Agent", userAgent } } };
        return await server.Http.SendAsync(request, ct);
    }

    private static HttpContent OneClick(string encoding) => encoding == "multipart"
        ? new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } }
        : new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);

    /// <param name="target">Null for any.</param>
    private static void AssertRedirects(HttpResponseMessage answer, string? target)
    {
        using (answer)
        {
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            if (target is not null) Assert.Equal(target, answer.Headers.Location!.OriginalString);
            Assert.Equal(("no-store", "no-referrer", "noindex"), (answer.Headers.CacheControl!.ToString(), answer.Headers.GetValues("Referrer-Policy").Single(), answer.Headers.GetValues("X-Robots-Tag").Single()));
        }
    }

    // A single character at the start, in the middle and at the end of the token, and the token cut off.
    private static IEnumerable<string> Changed(string path)
    {
        foreach (var at in new[] { 5, path.Length / 2, path.Length - 1 })
            yield return $"{path[..at]}{(path[at] == 'A' ? 'B' : 'A')}{path[(at + 1)..]}";
        yield return path[..^1];
        yield return path + "A";
    }

    // Not a wait for luck: before this nobody can have read it, and so nobody is counted as a person.
    private async Task UntilPeopleReadAsync()
    {
        using var data = new DataFolder(scratch.Data);
        var sent = (await data.CustomersAsync(ct)).Values.Single().Deliveries.Values.Single().StatusAt;
        await Task.Delay(sent + HitClassifier.LikelyMachineWithin + TimeSpan.FromMilliseconds(100) - TimeProvider.System.GetUtcNow(), ct);
    }

    private async Task QuietAsync()
    {
        using var data = new DataFolder(scratch.Data);
        await data.QuietAsync(ct);
        await data.AssertNothingLeftAsync(ct);
    }

    private async Task<Consent?> ConsentAsync()
    {
        using var data = new DataFolder(scratch.Data);
        return (await data.CustomersAsync(ct)).Values.Single().Consents.GetValueOrDefault("offers");
    }

    private async Task<string> VersionsAsync()
    {
        using var data = new DataFolder(scratch.Data);
        return string.Join(' ', (await data.CustomersAsync(ct)).Select(customer => $"{customer.Key}={customer.Value.Version}"));
    }

    private async Task<IEnumerable<(string, string?)>> HumanHitsAsync()
    {
        using var data = new DataFolder(scratch.Data);
        return (await data.LogAsync(ct)).Select(line => line.Entry.Input).OfType<Input.Happened>().Select(input => input.Event).OfType<Collect.CustomerEvent.Tracked>()
            .Where(e => e.Event is "Email Link Clicked" or "Email Opened")
            .Select(e => (e.Event, e.Properties.TryGetProperty("link_url", out var url) ? url.GetString() : null)).Order().ToList();
    }

    private static (int Human, int LikelyMachine, int Machine) Touches(JsonElement step, string kind)
    {
        var touches = step.GetProperty(kind);
        return (touches.GetProperty("human").GetInt32(), touches.GetProperty("likelyMachine").GetInt32(), touches.GetProperty("machine").GetInt32());
    }
}
