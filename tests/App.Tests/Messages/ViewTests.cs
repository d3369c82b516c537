using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Storage;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

/// <summary>The page of <c>view_url</c>, reached by the link of a real message.</summary>
[Collection("Tracking")]
public sealed partial class ViewTests : IAsyncLifetime
{
    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private readonly ServeProcess server;

    public ViewTests()
    {
        ConfigWriter.In(scratch.Config)
            .Message("seen", "offers", "News", """
                <html><body style="font-family:sans-serif"><h1>Hello {{ customer.first_name }}</h1><p><a href="{{ view_url }}">View</a> <a href="https://shop.example/new">New</a> <a href="{{ unsubscribe_url }}">Stop</a></p>
                <img src="https://shop.example/pot.png" alt="A pot"><script>document.title = 'ran'</script></body></html>
                """)
            .Message("unseen", "orders", "Thank you", "<p>Thank you, {{ customer.first_name }}.</p>")
            .Journey("seen", """ "entry": { "event": "Came By", "reentry": "always" }, "steps": [ { "id": "send", "send": "seen" } ]""")
            .Journey("unseen", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "send", "send": "unseen" } ]""");
        server = new(scratch.Data, scratch.Config);
    }

    public async ValueTask InitializeAsync() => await server.StartAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_message_is_shown_exactly_as_it_was_sent_but_for_its_pixel_also_when_the_customer_has_changed_since()
    {
        var mail = await MailAsync("Came By");
        await IdentifyAsync("Grace");
        await QuietAsync();

        using var answer = await server.Http.GetAsync(mail.Links[0], ct);
        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.Single(Pixel().Matches(mail.Html));
        Assert.Equal(Plain(Pixel().Replace(mail.Html, "")), Plain(await answer.Content.ReadAsStringAsync(ct)));
        Assert.Equal(
            ("no-store", "no-referrer", "noindex", "nosniff"),
            (answer.Headers.CacheControl!.ToString(), Header(answer, "Referrer-Policy"), Header(answer, "X-Robots-Tag"), Header(answer, "X-Content-Type-Options")));
        foreach (var rule in new[] { "default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'", "sandbox" })
            Assert.Contains(rule, Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_at_it_changes_nothing_and_is_no_open()
    {
        var mail = await MailAsync("Came By");
        var before = await RowsAsync();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Get })
        {
            using var answer = await server.Http.SendAsync(new(method, mail.Links[0]), ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(method == HttpMethod.Head, (await answer.Content.ReadAsByteArrayAsync(ct)).Length == 0);
        }
        using var post = await server.Http.PostAsync(mail.Links[0], null, ct);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        await QuietAsync();
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task Only_messages_that_lead_there_are_kept_and_loading_the_customer_reads_no_more()
    {
        await MailAsync("Came By");
        await MailAsync("Order Completed");
        using var data = new DataFolder(scratch.Data);
        var customer = (await data.CustomersAsync(ct)).Values.Single();
        var kept = (await RowsAsync()).Select(row => row.Split(' ')[1]).Where(key => key.StartsWith("sent-", StringComparison.Ordinal)).ToList();
        Assert.Equal([CustomerRows.Sent(customer.Deliveries.Values.Single(delivery => delivery.Message == "seen").Id)], kept);

        var loaded = await data.Store.ReadRangeAsync(Tables.Customers, customer.Key.Value, CustomerRows.From, CustomerRows.To, ct);
        Assert.All(loaded, row => Assert.True(CustomerRows.IsState(row), row.Key));
    }

    [Theory]
    [InlineData("en", "This message is no longer here")]
    [InlineData("zh-CN", "此邮件已不在这里")]
    public async Task What_is_not_kept_any_more_is_said_to_be_gone(string language, string title)
    {
        var mail = await MailAsync("Came By");
        using (var data = new DataFolder(scratch.Data))
            foreach (var (partition, rows) in (await RowsAsync()).Select(row => row.Split(' ')).GroupBy(row => row[0]).Select(rows => (rows.Key, rows.ToList())))
                await data.Store.CommitAsync(Tables.Customers, partition, [.. rows.Select(row => new Write.Delete(row[1]))], ct); // as erasure does

        using var ask = new HttpRequestMessage(HttpMethod.Get, mail.Links[0]);
        ask.Headers.AcceptLanguage.ParseAdd(language);
        using var answer = await server.Http.SendAsync(ask, ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(title, await answer.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
        Assert.Equal("noindex", Header(answer, "X-Robots-Tag"));
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_message_too_large_to_be_kept_is_sent_all_the_same()
    {
        using var folder = new Scratch();
        var random = new Random(1);
        var noise = string.Create(240_000, random, (text, random) => { for (var i = 0; i < text.Length; i++) text[i] = (char)random.Next('\u4e00', '\u9fa5'); }); // twice, further apart than compression sees
        ConfigWriter.In(folder.Config)
            .Message("huge", "orders", "Huge", $$$"""<p><a href="{{ view_url }}">View</a> {{ for i in 1..2 }}{{{noise}}}{{ end }}</p>""")
            .Journey("huge", """ "entry": { "event": "Came By" }, "steps": [ { "id": "send", "send": "huge" } ]""");
        await using var shop = await ServeProcess.StartAsync(folder.Data, folder.Config, ct);
        using var come = await shop.Http.PostAsJsonAsync("/v1/batch", new { batch = new object[] { new { type = "identify", userId = "ada", traits = new { email = "ada@shop.example" } }, new { type = "track", userId = "ada", @event = "Came By" } } }, ct);
        come.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(folder.Data).Count == 1), "No message is written.", TimeSpan.FromSeconds(30), ct);
        using var answer = await shop.Http.GetAsync(Mail.In(folder.Data).Single().Links[0], ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("no longer here", await answer.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_borrowed_or_changed_token_shows_nothing()
    {
        var mail = await MailAsync("Came By");
        var view = mail.Links[0];
        Uri[] forged = [new($"{view}A"), .. from url in mail.Links.Skip(1) select new Uri(url, $"/t/v{url.AbsolutePath[4..]}"), .. from scope in "ocupw" select new Uri(view, $"/t/{scope}{view.AbsolutePath[4..]}")];
        foreach (var url in forged)
        {
            using var answer = await server.Http.GetAsync(url, ct);
            Assert.Equal((url, HttpStatusCode.NotFound), (url, answer.StatusCode));
        }
    }

    [Fact]
    public async Task In_a_browser_nothing_of_it_runs_and_its_links_lead_on_without_telling_where_from()
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        var mail = await MailAsync("Came By");
        var page = await chromium.NewPageAsync(width: 375, height: 600);
        List<string> pictures = [];
        string? referrer = null;
        await page.RouteAsync("https://shop.example/**", route =>
        {
            if (route.Request.ResourceType == "image") pictures.Add(route.Request.Url);
            else referrer = route.Request.Headers.GetValueOrDefault("referer");
            return route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>New in</h1>" });
        });
        await page.GotoAsync(mail.Links[0].AbsoluteUri);
        Assert.Equal("Hello Ada", await page.InnerTextAsync("h1"));
        Assert.NotEqual("ran", await page.TitleAsync());
        Assert.Equal(["https://shop.example/pot.png"], pictures);

        await page.ClickAsync("text=New");
        await page.WaitForURLAsync("https://shop.example/new");
        Assert.Null(referrer);
    }

    [Theory]
    [InlineData("en"), InlineData("zh-CN")]
    public async Task The_sample_that_leads_there_looks_as_it_does_in_the_mailbox(string locale)
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        using var folder = new Scratch();
        await using var shop = await ServeProcess.StartAsync(folder.Data, TestConfigs.Sample, ct);
        using var answer = await shop.Http.PostAsJsonAsync("/v1/batch", new
        {
            batch = new object[]
            {
                new { type = "identify", userId = "ada", context = new { locale, timezone = Awake() }, traits = new { email = "ada@shop.example", first_name = "Ada" } },
                new { type = "track", userId = "ada", @event = "Signed Up" },
            },
        }, ct);
        answer.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(folder.Data).Count == 1), "No message is written.", TimeSpan.FromSeconds(30), ct);
        var mail = Mail.In(folder.Data).Single();
        Assert.Empty(mail.Images); // no country is known, so nobody said yes to tracking

        var page = await chromium.NewPageAsync(width: 375, height: 812);
        await page.GotoAsync(mail.Links.Single(link => link.AbsolutePath.StartsWith("/t/v/", StringComparison.Ordinal)).AbsoluteUri);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        await page.ScreenshotAsync(new() { Path = LookTests.Picture($"view.{locale}"), FullPage = true });
        Assert.Contains("Ada", await page.InnerTextAsync("body"), StringComparison.Ordinal);
    }

    // A zone where it is about noon, so that no quiet hours hold the message.
    private static string Awake() => $"Etc/GMT{DateTime.UtcNow.Hour - 12:+0;-0;+0}";

    private async Task IdentifyAsync(string name)
    {
        using var answer = await server.Http.PostAsJsonAsync("/v1/identify", new { userId = "ada", traits = new { email = "ada@shop.example", first_name = name } }, ct);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<Mail> MailAsync(string name)
    {
        var before = Mail.In(scratch.Data).Count;
        await IdentifyAsync("Ada");
        using var answer = await server.Http.PostAsJsonAsync("/v1/track", new { userId = "ada", @event = name }, ct);
        answer.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(scratch.Data).Count > before), "No message is written.", TimeSpan.FromSeconds(30), ct);
        await QuietAsync();
        return Mail.In(scratch.Data).Single(mail => mail.Subject == (name == "Came By" ? "News" : "Thank you"));
    }

    private async Task QuietAsync()
    {
        using var data = new DataFolder(scratch.Data);
        await data.QuietAsync(ct);
    }

    private async Task<List<string>> RowsAsync()
    {
        using var data = new DataFolder(scratch.Data);
        List<string> rows = [];
        await foreach (var row in data.Store.ScanAsync(Tables.Customers, "", "~", ct)) rows.Add($"{row.Partition} {row.Key} {row.ETag}");
        return rows;
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static string Plain(string html) => html.ReplaceLineEndings("\n").TrimEnd();

    [GeneratedRegex("<img src=\"[^\"]+/t/o/[^>]+>")]
    private static partial Regex Pixel();
}
