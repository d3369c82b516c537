using Microsoft.Playwright;

namespace MarketingAutomation.EndToEnd;

/// <summary>The browser that is installed on this machine, without a window; nothing is downloaded.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>What a person's Chrome calls itself; the installed one would say "HeadlessChrome", and counts as the program it is.</summary>
    private const string PersonsUserAgent = "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    /// <summary>Starts it; the test is skipped where it is not installed.</summary>
    public static async Task<Chromium> OpenOrSkipAsync()
    {
        var program = Programs.Find("chromium") ?? Programs.Find("google-chrome");
        Assert.SkipWhen(program is null, "Chromium is not installed; tests/run does it, where it may.");
        var playwright = await Playwright.CreateAsync();
        try
        {
            return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A fresh profile's first page.</summary>
    public async Task<IPage> NewPageAsync(string locale = "en-GB", int width = 1280, int height = 800)
    {
        var page = await (await browser.NewContextAsync(new() { UserAgent = PersonsUserAgent, Locale = locale, ViewportSize = new() { Width = width, Height = height } })).NewPageAsync();
        page.SetDefaultTimeout(30_000);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
