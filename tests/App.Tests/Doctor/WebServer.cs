using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MarketingAutomation.Doctor;

/// <summary>A web server on loopback that answers as told.</summary>
internal sealed class WebServer(WebApplication app) : IAsyncDisposable
{
    public Uri Url => new(app.Urls.Single());

    public static async Task<WebServer> StartAsync(Action<HttpContext> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(http => { answer(http); return Task.CompletedTask; });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
