using System.Net;
using System.Net.Http.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

/// <summary>The pages of preferences and reasons, reached by the links of a real message.</summary>
[Collection("Tracking")]
public sealed class PreferencesTests : IAsyncLifetime
{
    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private readonly ServeProcess server;

    public PreferencesTests()
    {
        ConfigWriter.In(scratch.Config)
            .Message("news", "offers", "News", """<p><a href="{{ why_url }}">Why</a> <a href="{{ preferences_url }}">Choose</a> <a href="{{ unsubscribe_url }}">Stop</a></p>""")
            .Journey("came-by", """ "entry": { "event": "Came By", "reentry": "always" }, "steps": [ { "id": "send", "send": "news" } ]""");
        File.WriteAllText(Path.Combine(scratch.Config, "policy.json"), """
            { "topics": {
                "offers": { "name": { "en": "Offers <now>", "zh-CN": "优惠" }, "consent": "optOut" },
                "letter": { "name": { "en": "Letter", "zh-CN": "通讯" }, "consent": "optIn" },
                "orders": { "name": { "en": "Orders", "zh-CN": "订单" }, "consent": "none" } },
              "timeZone": "Europe/Berlin",
              "senders": { "shop": { "email": "hello@shop.example", "name": "Example Shop" } } }
            """);
        server = new(scratch.Data, scratch.Config);
    }

    public async ValueTask InitializeAsync() => await server.StartAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        scratch.Dispose();
    }

    [Theory]
    [InlineData("en", "Save", "Saved.")]
    [InlineData("zh-CN", "保存", "已保存。")]
    public async Task A_customer_chooses_topics_on_one_page_and_the_choice_holds_at_once(string locale, string save, string saved)
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        var mail = await MailAsync(locale);
        var page = await chromium.NewPageAsync(width: 375, height: 812);

        await page.GotoAsync(mail.Links[1].AbsoluteUri);
        Assert.Equal(locale, await page.GetAttributeAsync("html", "lang"));
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        Assert.Equal(["letter", "offers", "tracking"], await page.EvaluateAsync<string[]>("[...document.querySelectorAll('[type=checkbox]')].map(box => box.value)"));
        Assert.Equal((false, true), (await page.IsCheckedAsync("[value=letter]"), await page.IsCheckedAsync("[value=offers]")));
        Assert.Empty((await CustomerAsync()).Consents);

        await page.CheckAsync("[type=checkbox][value=letter]");
        await page.UncheckAsync("[type=checkbox][value=offers]");
        await page.ClickAsync($"button:has-text('{save}')");
        await page.WaitForSelectorAsync($"[role=status]:has-text('{saved}')");
        await page.ScreenshotAsync(new() { Path = LookTests.Picture($"preferences.{locale}") });
        Assert.Equal((true, false), (await page.IsCheckedAsync("[value=letter]"), await page.IsCheckedAsync("[value=offers]")));
        Assert.Equal([("letter", true, "preferences-page"), ("offers", false, "preferences-page")], (await CustomerAsync()).Consents.Select(consent => (consent.Key, consent.Value.Given, consent.Value.Source)));
    }

    [Fact]
    public async Task Only_what_was_shown_and_may_be_chosen_is_changed_and_only_by_post()
    {
        var mail = await MailAsync("en");
        await QuietAsync();
        var before = (await CustomerAsync()).Version;

        foreach (var url in mail.Links) Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(url, ct)).StatusCode);
        await PostAsync(mail.Links[1], ("shown", "offers"), ("shown", "letter"), ("yes", "offers"));         // as it is
        await PostAsync(mail.Links[1], ("yes", "letter"), ("shown", "orders"), ("shown", "nothing"));        // nothing that was shown and is a choice
        await QuietAsync();
        Assert.Equal(before, (await CustomerAsync()).Version);

        await PostAsync(mail.Links[1], ("shown", "offers"));
        await PostAsync(mail.Links[1], ("shown", "offers"));
        Assert.Equal([("offers", false)], (await CustomerAsync()).Consents.Select(consent => (consent.Key, consent.Value.Given)));
        await QuietAsync();
        Assert.Equal(1, Assert.Single(await Programs.ReportAsync(scratch, ct)).GetProperty("unsubscribed").GetInt32());

        Assert.Equal(HttpStatusCode.BadRequest, (await server.Http.PostAsync(mail.Links[1], new StringContent("x"), ct)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Http.PostAsync(mail.Links[0], Form(("shown", "offers")), ct)).StatusCode);
    }

    [Theory]
    [InlineData("en", "No more messages about “Offers <now>”", "You are unsubscribed", "You have not refused this")]
    [InlineData("zh-CN", "不再接收“优惠”的消息", "退订成功", "您尚未拒绝接收")]
    public async Task A_customer_reads_why_a_message_came_and_ends_it_with_one_click(string locale, string stop, string done, string consent)
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        var mail = await MailAsync(locale);
        var page = await chromium.NewPageAsync(width: 375, height: 812);

        await page.GotoAsync(mail.Links[0].AbsoluteUri);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        await page.ScreenshotAsync(new() { Path = LookTests.Picture($"why.{locale}") });
        var text = await page.InnerTextAsync("main");
        var delivery = (await CustomerAsync()).Deliveries.Values.Single();
        var day = LocaleFormats.Of(locale).Date(TimeZoneInfo.ConvertTime(delivery.EnteredAt, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).DateTime, "long");
        foreach (var fact in new[] { "came-by", "Came By", day, consent }) Assert.Contains(fact, text, StringComparison.Ordinal);
        foreach (var secret in new[] { "ada@shop.example", "Lovelace" }) Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);

        await page.ClickAsync($"button:has-text('{stop}')");
        await page.WaitForSelectorAsync($"h1:has-text('{done}')");
        Assert.Equal((false, "unsubscribe-page"), ((await CustomerAsync()).Consents["offers"].Given, (await CustomerAsync()).Consents["offers"].Source));

        await page.GotoAsync(mail.Links[0].AbsoluteUri);
        Assert.Equal(0, await page.Locator("button").CountAsync());
        await page.ClickAsync("a");
        Assert.False(await page.IsCheckedAsync("[value=offers]"));
    }

    [Fact]
    public async Task A_borrowed_a_changed_and_a_strangers_link_are_answered_with_404()
    {
        var mail = await MailAsync("en");
        using var data = new DataFolder(scratch.Data);
        var links = Links.Of(await data.DeploymentAsync(ct) with { PublicUrl = server.PublicUrl });
        var stranger = CustomerKey.OfUser([1], "stranger");
        Uri[] forged =
        [
            .. from url in mail.Links from scope in "ocupwv" where url.AbsolutePath[3] != scope select new Uri(url, $"/t/{scope}{url.AbsolutePath[4..]}"),
            .. from url in mail.Links select new Uri($"{url}A"),
            new(links.Preferences(stranger, "d")), new(links.Why(stranger, "d")), new(links.Why((await CustomerAsync()).Key, "other")),
        ];
        foreach (var url in forged)
        {
            Assert.Equal((url, HttpStatusCode.NotFound), (url, (await server.Http.GetAsync(url, ct)).StatusCode));
            Assert.NotEqual(HttpStatusCode.OK, (await server.Http.PostAsync(url, Form(("shown", "offers")), ct)).StatusCode);
        }
        Assert.Single(await data.CustomersAsync(ct));
    }

    [Fact]
    public async Task The_pages_load_nothing_are_kept_by_nobody_and_cannot_be_framed()
    {
        using var answer = await server.Http.GetAsync((await MailAsync("en")).Links[0], ct);
        Assert.Equal(("no-store", "no-referrer", "noindex"), (answer.Headers.CacheControl!.ToString(), answer.Headers.GetValues("Referrer-Policy").Single(), answer.Headers.GetValues("X-Robots-Tag").Single()));
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private async Task<Mail> MailAsync(string locale)
    {
        using var answer = await server.Http.PostAsJsonAsync("/v1/batch", new
        {
            batch = new object[]
            {
                new { type = "identify", userId = "ada", context = new { locale }, traits = new { email = "ada@shop.example", last_name = "Lovelace" } },
                new { type = "track", userId = "ada", @event = "Came By" },
            },
        }, ct);
        answer.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(scratch.Data).Count == 1), "No message is written.", TimeSpan.FromSeconds(30), ct);
        await QuietAsync();
        return Mail.In(scratch.Data).Single();
    }

    private async Task PostAsync(Uri url, params (string Name, string Value)[] fields)
    {
        using var answer = await server.Http.PostAsync(url, Form(fields), ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private async Task QuietAsync()
    {
        using var data = new DataFolder(scratch.Data);
        await data.QuietAsync(ct);
    }

    private async Task<Customer> CustomerAsync()
    {
        using var data = new DataFolder(scratch.Data);
        return (await data.CustomersAsync(ct)).Values.Single();
    }
}
