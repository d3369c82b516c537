using MarketingAutomation.Collect;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace MarketingAutomation.EndToEnd;

/// <summary>Segment's analytics.js in a real browser, on a shop's website that is another origin than the server.</summary>
[Collection("SDKs")]
public sealed class BrowserSdkTests : IDisposable
{
    private const string WriteKey = "shop-key";

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public BrowserSdkTests() => PeerShop.WriteConfig(scratch.Config);

    public void Dispose() => scratch.Dispose();

    [Theory, InlineData("standard"), InlineData("batching")]
    public async Task A_visitor_who_looks_around_signs_up_and_buys_has_a_profile_of_all_of_it(string strategy)
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        await using var server = await ServeAsync();
        await using var site = await ShopSite.StartAsync(server.PublicUrl, WriteKey);
        var page = await chromium.NewPageAsync();
        var preflights = await PreflightsAsync(page);

        await page.GotoAsync($"{site.Address}?strategy={strategy}");
        await ViewAsync(page, 1, 20);
        await page.EvaluateAsync($$"""() => { analytics.identify("ada", { email: "{{PeerShop.Email}}", first_name: "Ada", plan: "gold" }) }""");
        await ViewAsync(page, 21, 20);
        await ArrivedAsync(products: 40);
        await page.EvaluateAsync("""() => { analytics.track("Order Completed", { revenue: 42 }) }""");
        await page.GotoAsync($"{site.Address}thanks"); // what is still in the browser's hands goes out as the page is left
        await HappenedAsync("Order Completed");

        await PeerShop.AssertProfileAsync(scratch.Data, views: 40, ct);
        Assert.NotEmpty(preflights);
    }

    [Fact]
    public async Task What_a_browser_sends_again_because_the_server_was_killed_before_it_could_answer_counts_once()
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        await using var server = new ServeProcess(scratch.Data, scratch.Config);
        await using var wire = new LossyWire(server.Port);
        await server.StartAsync(ct);
        await using var site = await ShopSite.StartAsync(server.PublicUrl, WriteKey);
        var page = await chromium.NewPageAsync();
        await page.RouteAsync($"{server.PublicUrl}**", route => route.ContinueAsync(new() { Url = new UriBuilder(route.Request.Url) { Port = wire.Address.Port }.Uri.AbsoluteUri }));
        await page.GotoAsync(site.Address.AbsoluteUri);
        await page.EvaluateAsync($$"""() => { analytics.identify("ada", { email: "{{PeerShop.Email}}", first_name: "Ada", plan: "gold" }) }""");
        await HappenedAsync("identify");

        wire.Lose();
        await ViewAsync(page, 1, 10);
        await wire.Lost.WaitAsync(TimeSpan.FromSeconds(30), ct);
        await server.KillAsync();
        wire.Mend();
        await server.StartAsync(ct);

        await ArrivedAsync(products: 10);
        await page.EvaluateAsync("""() => { analytics.track("Order Completed", { revenue: 42 }) }""");
        await HappenedAsync("Order Completed");
        await PeerShop.AssertProfileAsync(scratch.Data, views: 10, ct);
    }

    [Fact]
    public async Task With_a_wrong_write_key_nothing_comes_in_and_the_shop_goes_on()
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        await using var server = await ServeAsync();
        await using var site = await ShopSite.StartAsync(server.PublicUrl, "another-key");
        var page = await chromium.NewPageAsync();
        List<int> answers = [];
        page.Response += (_, response) => { if (response.Url.StartsWith(server.PublicUrl.AbsoluteUri, StringComparison.Ordinal)) answers.Add(response.Status); };

        await page.GotoAsync(site.Address.AbsoluteUri, new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.ClickAsync("text=Go on");

        Assert.Equal("thanks", await page.TextContentAsync("h1"));
        Assert.Equal(404, Assert.Single(answers.Distinct()));
        using var data = new DataFolder(scratch.Data);
        await data.QuietAsync(ct);
        Assert.Empty(await data.CustomersAsync(ct));
    }

    private async Task<ServeProcess> ServeAsync()
    {
        var server = new ServeProcess(scratch.Data, scratch.Config, new Dictionary<string, string> { ["MARKETING_WRITE_KEYS"] = WriteKey });
        await server.StartAsync(ct);
        return server;
    }

    private static Task ViewAsync(IPage page, int first, int count) =>
        page.EvaluateAsync($$"""() => { for (let product = {{first}}; product < {{first + count}}; product++) analytics.track("Product Viewed", { product }) }""");

    private Task ArrivedAsync(int products) => EventuallyAsync(happened => PeerShop.Products(happened).Distinct().Count() == products, $"Not all {products} views arrive.");

    private Task HappenedAsync(string name) => EventuallyAsync(happened => happened.Any(e => e is CustomerEvent.Tracked tracked ? tracked.Event == name : e is CustomerEvent.Identified && name == "identify"), $"{name} does not arrive.");

    private async Task EventuallyAsync(Func<IReadOnlyList<CustomerEvent>, bool> holds, string failure)
    {
        using var data = new DataFolder(scratch.Data);
        await Eventually.HoldsAsync(async () => (await data.CustomersAsync(ct)).Values.Any(customer => customer.UserId == PeerShop.UserId) && holds((await PeerShop.AdaAsync(data, ct)).Happened), failure, TimeSpan.FromSeconds(60), ct);
    }

    // The browser's own questions whether it may send; pages do not see them, its tools do.
    private static async Task<IReadOnlyList<string>> PreflightsAsync(IPage page)
    {
        List<string> urls = [];
        var tools = await page.Context.NewCDPSessionAsync(page);
        tools.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
        {
            var request = sent!.Value.GetProperty("request");
            if (request.GetProperty("method").GetString() == HttpMethods.Options) urls.Add(request.GetProperty("url").GetString()!);
        };
        await tools.SendAsync("Network.enable");
        return urls;
    }
}
