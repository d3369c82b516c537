using System.Text.Json;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Tracking;
using Microsoft.Playwright;

namespace MarketingAutomation.Messages;

/// <summary>How the sample messages look, on a phone and on a desk, by day and by night. The pictures are beside the test's program, in <c>screenshots</c>, for people to look at.</summary>
public class LookTests
{
    // What a person with good eyes needs to read without effort: WCAG 2.2, 1.4.3. Large or bold text needs less.
    private const string TooFaint = """
        () => {
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const color = text => (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
          const behind = e => { for (; e; e = e.parentElement) { const c = color(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const faint = [];
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = texts.nextNode(); node; node = texts.nextNode()) {
            const e = node.parentElement, style = getComputedStyle(e);
            if (!node.data.trim() || !e.checkVisibility()) continue;
            const [a, b] = [light(color(style.color)), light(behind(e))];
            const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
            if (contrast < (large ? 3 : 4.5)) faint.push(`${contrast.toFixed(1)} ${node.data.trim().slice(0, 40)}`);
          }
          return faint;
        }
        """;

    private const string TooSmall = """
        () => {
          const small = [];
          for (const a of document.querySelectorAll('a')) {
            const box = a.getBoundingClientRect();
            if (!a.textContent.trim() || box.width < 1 || box.height < 1 || box.right > innerWidth + 1 || box.left < -1) small.push(`hidden: ${a.textContent.trim()}`);
            if (a.closest('.button') && box.height < 44) small.push(`button of ${box.height}: ${a.textContent.trim()}`);
          }
          for (const image of document.querySelectorAll('img')) if (!image.hasAttribute('alt')) small.push('image without alt');
          for (const e of document.querySelectorAll('body *')) if (e.checkVisibility() && e.childElementCount === 0 && e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 12) small.push(`letters of ${getComputedStyle(e).fontSize}: ${e.textContent.trim().slice(0, 40)}`);
          return small;
        }
        """;

    public static readonly string[] Locales = ["en", "zh-CN"];

    [Theory]
    [InlineData("phone", 375, ColorScheme.Light)]
    [InlineData("phone", 375, ColorScheme.Dark)]
    [InlineData("narrow phone", 320, ColorScheme.Light)]
    [InlineData("desk", 1280, ColorScheme.Light)]
    [InlineData("desk", 1280, ColorScheme.Dark)]
    public async Task Every_sample_message_can_be_read_and_clicked(string where, int width, ColorScheme scheme)
    {
        await using var chromium = await Chromium.OpenOrSkipAsync();
        var page = await chromium.NewPageAsync(width: width, height: 900);
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await page.RouteAsync("**/*", route => route.AbortAsync()); // as most mail programs do

        foreach (var (name, html) in SampleMessages())
        {
            await page.SetContentAsync(html);
            var picture = Picture($"{name}.{where.Replace(' ', '-')}.{scheme}");
            Assert.NotEmpty(await page.ScreenshotAsync(new() { Path = picture, FullPage = true }));

            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than the {where}: see {picture}");
            Assert.Equal((name, ""), (name, string.Join("; ", await page.EvaluateAsync<string[]>(TooFaint))));
            Assert.Equal((name, ""), (name, string.Join("; ", await page.EvaluateAsync<string[]>(TooSmall))));
            var dark = await page.EvaluateAsync<bool>("(() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); return r + g + b < 384; })()");
            Assert.Equal((name, scheme == ColorScheme.Dark), (name, dark));
        }
    }

    /// <summary>Where a picture goes.</summary>
    public static string Picture(string name) => Path.Combine(AppContext.BaseDirectory, "screenshots", $"{name}.png".ToLowerInvariant());

    /// <summary>Each message in each language, with a long name and a long product, which is when designs break.</summary>
    private static IEnumerable<(string Name, string Html)> SampleMessages()
    {
        var deployment = new Deployment(new byte[32], new byte[32], new("https://m.shop.example"));
        var catalog = ConfigFiles.Load(TestConfigs.Sample, 1, deployment);
        var customer = new Customer(CustomerKey.OfUser(deployment.Pepper, "ada"))
        {
            Traits = Customer.Empty<JsonElement>().Add("first_name", JsonElement.Parse("\"Wolfeschlegelsteinhausenbergerdorff\"")),
        };
        var entry = JsonElement.Parse("""{ "name": "Hand-thrown stoneware teapot with bamboo handle, 1.2 l, glazed twice", "price": 1299.5, "currency": "EUR", "cart_id": "c1" }""");
        foreach (var (id, folder) in catalog.Messages)
            foreach (var locale in Locales)
            {
                var context = RenderContext.Of(catalog, customer with { Locale = locale }, id, folder.Message.Topic, "journey", entry, Links.Of(deployment).For(customer.Key, "d1"), DateTimeOffset.UnixEpoch);
                yield return ($"{id}.{locale}", Assert.IsType<Rendering.Ready>(MessageRenderer.Render(folder, context)).Html);
            }
    }
}
