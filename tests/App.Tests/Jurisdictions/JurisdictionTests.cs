using System.Net;
using System.Net.Http.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Jurisdictions;

/// <summary>What customers of different countries get, see and decide, over HTTP.</summary>
[Collection("Tracking")]
public sealed class JurisdictionTests : IAsyncLifetime
{
    private const string Person = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private readonly ServeProcess server;

    public JurisdictionTests()
    {
        ConfigWriter.In(scratch.Config)
            .Pack("eu", """ "name": { "en": "Europe", "zh-CN": "欧洲" }, "countries": ["DE", "FR"], "tracking": "optIn" """)
            .Pack("cn", """ "name": { "en": "China" }, "countries": ["CN"], "consent": "optIn", "subjectPrefix": { "en": "AD:" } """)
            .Message("news", "offers", "News", """<p><a href="https://shop.example/new">New</a> <a href="{{ why_url }}">Why</a> <a href="{{ preferences_url }}">Choose</a> <a href="{{ view_url }}">View</a> <a href="{{ unsubscribe_url }}">Stop</a></p>""")
            .Segment("readers", """{ "engaged": "opened" }""")
            .Journey("news", """ "entry": { "event": "Came By", "reentry": "always" }, "steps": [ { "id": "send", "send": "news" }, { "id": "read", "branch": [ { "when": { "segment": "readers" }, "steps": [] }, { "steps": [] } ] } ]""");
        server = new(scratch.Data, scratch.Config);
    }

    public async ValueTask InitializeAsync() => await server.StartAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_customer_who_has_not_said_yes_to_tracking_gets_links_of_its_own_only_to_look_to_choose_and_to_stop()
    {
        var mail = await MailAsync("DE");
        Assert.Empty(mail.Images);
        Assert.Equal("https://shop.example/new", mail.Links[0].AbsoluteUri);
        Assert.Equal(["/t/w/", "/t/p/", "/t/v/", "/t/u/"], mail.Links.Skip(1).Select(link => link.AbsolutePath[..5]));

        var us = await MailAsync("US");
        Assert.Single(us.Images);
        Assert.StartsWith("/t/c/", us.Links[0].AbsolutePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "You may see whether I open messages", "Europe", "Neither whether you open our messages", "Whether you open our messages")]
    [InlineData("zh-CN", "同意记录我是否打开邮件", "欧洲", "我们不记录您是否打开邮件", "您是否打开邮件以及点击了哪些链接。")]
    public async Task A_customer_says_yes_to_tracking_in_a_plain_sentence_and_the_word_is_kept_with_its_evidence(string locale, string sentence, string law, string unseen, string seen)
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        var mail = await MailAsync("DE", locale);
        var page = await chromium.NewPageAsync(width: 375, height: 812);

        await page.GotoAsync(mail.Links[1].AbsoluteUri);
        var why = await page.InnerTextAsync("main");
        Assert.Contains(law, why, StringComparison.Ordinal);
        Assert.Contains(unseen, why, StringComparison.Ordinal);
        await page.ScreenshotAsync(new() { Path = LookTests.Picture($"why-untracked.{locale}"), FullPage = true });

        await page.GotoAsync(mail.Links[2].AbsoluteUri);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        Assert.Contains(sentence, await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.False(await page.IsCheckedAsync("[value=tracking]"));                                          // never ticked beforehand
        await page.CheckAsync("[type=checkbox][value=tracking]");
        await page.ClickAsync("button");
        await page.WaitForSelectorAsync("[role=status]");
        await page.ScreenshotAsync(new() { Path = LookTests.Picture($"tracking.{locale}"), FullPage = true });
        Assert.True(await page.IsCheckedAsync("[value=tracking]"));

        Assert.Equal((true, "preferences-page"), (await CustomerAsync()).Consents[Consents.Tracking] is var word ? (word.Given, word.Source) : default);
        using (var data = new DataFolder(scratch.Data))
        {
            var said = (await data.LogAsync(ct)).Select(line => line.Entry.Input).OfType<Input.Happened>().Select(input => input.Event).OfType<Collect.CustomerEvent.Tracked>().Single(e => e.Event == "Subscribed");
            Assert.StartsWith(sentence, said.Properties.GetProperty("text").GetString(), StringComparison.Ordinal);
        }
        await page.GotoAsync(mail.Links[1].AbsoluteUri);
        Assert.Contains(seen, await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Single((await MailAsync("DE", locale)).Images);
    }

    [Fact]
    public async Task Who_withdraws_is_not_followed_any_more_by_the_messages_there_are_and_their_links_still_lead_on()
    {
        var mail = await MailAsync("US");
        await AskAsync(mail.Links[0]);
        await AskAsync(mail.Images.Single());
        await QuietAsync();
        var (customer, steps) = (await CustomerAsync(), await Programs.ReportAsync(scratch, ct));

        using (var refusal = await server.Http.PostAsync(mail.Links[2], new FormUrlEncodedContent([KeyValuePair.Create("shown", Consents.Tracking)]), ct)) refusal.EnsureSuccessStatusCode();
        Assert.False((await CustomerAsync()).Consents[Consents.Tracking].Given);
        Assert.Equal("https://shop.example/new", await AskAsync(mail.Links[0]));
        await AskAsync(mail.Images.Single());
        await QuietAsync();

        Assert.Equal(customer.Version + 1, (await CustomerAsync()).Version); // by the refusal alone
        Assert.Equal(steps.Select(step => step.GetRawText()), (await Programs.ReportAsync(scratch, ct)).Select(step => step.GetRawText()));
        Assert.Equal(0, steps.Single().GetProperty("unsubscribed").GetInt32());
    }

    [Fact]
    public async Task Where_a_yes_is_needed_nothing_is_sent_without_it_and_with_it_the_subject_says_what_it_is()
    {
        await SayAsync("CN", "en", [new { type = "track", userId = "ada", messageId = $"{Guid.NewGuid()}", @event = "Came By" }]);
        await QuietAsync();
        Assert.Empty(Mail.In(scratch.Data));
        Assert.Equal("no-consent", (await CustomerAsync()).Deliveries.Values.Single().Reason);

        await SayAsync("CN", "en", [new { type = "track", userId = "ada", @event = "Subscribed", properties = new { topic = "offers", source = "sign-up form" } }]);
        Assert.Equal("AD: News", (await MailAsync("CN")).Subject);
    }

    [Fact]
    public async Task Preview_and_check_say_what_the_law_of_the_country_does()
    {
        await MailAsync("DE");
        Assert.Contains(", jurisdiction eu, without tracking", await RunAsync("preview", "news", "--customer", "ada", "--data", scratch.Data, "--config", scratch.Config, "--out", scratch.Folder("out")), StringComparison.Ordinal);
        await SayAsync("CN", "en", []);
        await QuietAsync();
        var china = await RunAsync("preview", "news", "--customer", "ada", "--data", scratch.Data, "--config", scratch.Config, "--out", scratch.Folder("out"));
        Assert.Contains(", jurisdiction cn", china, StringComparison.Ordinal);
        Assert.DoesNotContain("without tracking", china, StringComparison.Ordinal);
        Assert.StartsWith("AD: News\n", await File.ReadAllTextAsync(Directory.GetFiles(scratch.Folder("out"), "*.txt").Single(), ct), StringComparison.Ordinal);

        Assert.Contains("Note: journeys/news.json: asks what the customer opened or clicked: of customers of eu ", await RunAsync("check", "--config", scratch.Config), StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await Programs.RunAsync(Programs.Marketing(null, arguments), ct);
        Assert.True(exitCode == 0, output + errors);
        return output;
    }

    private async Task SayAsync(string country, string locale, IEnumerable<object> calls)
    {
        using var answer = await server.Http.PostAsJsonAsync("/v1/batch", new { batch = calls.Prepend(new { type = "identify", userId = "ada", messageId = $"{Guid.NewGuid()}", context = new { locale }, traits = new { email = "ada@shop.example", country } }) }, ct);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<Mail> MailAsync(string country, string locale = "en")
    {
        var before = Mail.In(scratch.Data).Select(mail => mail.Html).ToHashSet(StringComparer.Ordinal);
        await SayAsync(country, locale, [new { type = "track", userId = "ada", messageId = $"{Guid.NewGuid()}", @event = "Came By" }]);
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(scratch.Data).Count > before.Count), "No message is written.", TimeSpan.FromSeconds(30), ct);
        await QuietAsync();
        return Mail.In(scratch.Data).Single(mail => !before.Contains(mail.Html));
    }

    // Where the link leads; null where it leads nowhere.
    private async Task<string?> AskAsync(Uri url)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, url);
        ask.Headers.UserAgent.ParseAdd(Person);
        using var answer = await server.Http.SendAsync(ask, ct);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found, $"{answer.StatusCode}");
        return answer.Headers.Location?.AbsoluteUri;
    }

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
