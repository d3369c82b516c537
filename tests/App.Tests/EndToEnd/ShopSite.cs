using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketingAutomation.EndToEnd;

/// <summary>A shop's website, on an origin of its own: every page loads Segment's analytics.js as its snippet does, with us for its CDN.</summary>
internal sealed class ShopSite : IAsyncDisposable
{
    private readonly WebApplication app;

    private ShopSite(WebApplication app) => this.app = app;

    public Uri Address => new(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    /// <param name="events">Where events go.</param>
    public static async Task<ShopSite> StartAsync(Uri events, string writeKey)
    {
        var script = Peers.FileOrSkip("@segment", "analytics-next", "dist", "umd", "standalone.js");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/analytics.js", () => Results.File(script, "text/javascript"));
        app.MapGet("/{page?}", (string? page) => Results.Content(Page(page ?? "home", events, writeKey), "text/html; charset=utf-8"));
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    // Segment's snippet, with only what it needs: a list that keeps calls until the script is there.
    private static string Page(string name, Uri events, string writeKey) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <title>{{name}}</title>
        <link rel="icon" href="data:,">
        <script>
        window.analytics = []; // replaced by the script once it is there
        for (const name of ["page", "identify", "track", "ready", "on", "reset"]) analytics[name] = (...args) => analytics.push([name, ...args]);
        analytics._writeKey = "{{writeKey}}";
        analytics._cdn = "{{events.AbsoluteUri.TrimEnd('/')}}";
        analytics._loadOptions = { integrations: { "Segment.io": { deliveryStrategy: { strategy: new URLSearchParams(location.search).get("strategy") ?? "standard", config: { size: 10 } } } } };
        analytics.page();
        </script>
        <script async src="/analytics.js"></script>
        </head>
        <body><h1>{{name}}</h1><a href="/thanks">Go on</a></body>
        </html>
        """;
}
