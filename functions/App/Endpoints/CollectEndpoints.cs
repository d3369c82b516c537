using MarketingAutomation.Bus;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Endpoints;

/// <summary>Where Segment's, RudderStack's and Dittofeed's SDKs send events, under all the names they use.</summary>
internal static class CollectEndpoints
{
    private static readonly (string Path, CallType? Type)[] Calls =
    [
        ("/v1/identify", CallType.Identify), ("/v1/i", CallType.Identify),
        ("/v1/track", CallType.Track), ("/v1/t", CallType.Track),
        ("/v1/page", CallType.Page), ("/v1/p", CallType.Page),
        ("/v1/screen", CallType.Screen), ("/v1/s", CallType.Screen),
        ("/v1/group", CallType.Group), ("/v1/g", CallType.Group),
        ("/v1/alias", CallType.Alias), ("/v1/a", CallType.Alias),
        ("/v1/batch", null), ("/v1/b", null), ("/v1/import", null),
        ("/api/public/apps/identify", CallType.Identify), ("/api/public/apps/track", CallType.Track),
        ("/api/public/apps/page", CallType.Page), ("/api/public/apps/screen", CallType.Screen), ("/api/public/apps/batch", null),
    ];

    private static readonly string[] Everything = ["/v1/{**rest}", "/api/public/apps/{**rest}"];

    /// <summary>Wires the way of an event from the request into the queue.</summary>
    public static void AddCollect(this IServiceCollection services, CollectSettings settings) => services.AddSingleton(all => new CollectHandler(
        settings,
        (events, ct) => all.GetRequiredService<IBus>().SendAsync(Queue.Events, [.. EventsBody.Write(events).Select(body => new BusMessage(body))], ct),
        all.GetRequiredService<TimeProvider>(),
        all.GetRequiredService<ILogger<CollectHandler>>()));

    public static void MapCollect(this IEndpointRouteBuilder app)
    {
        var handler = app.ServiceProvider.GetRequiredService<CollectHandler>();
        foreach (var (path, type) in Calls) app.MapPost(path, Open(http => handler.TakeAsync(http, type)));
        app.MapGet("/v1/projects/{writeKey}/settings", Open(handler.SettingsAsync));
        foreach (var pattern in Everything)
        {
            app.MapMethods(pattern, [HttpMethods.Options], Open(PreflightAsync));
            app.Map(pattern, Open(UnknownAsync));
        }
    }

    // Any site may send: a write key is public wherever a browser uses it, and no cookie is looked at.
    private static RequestDelegate Open(RequestDelegate next) => http =>
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlExposeHeaders = "retry-after";
        return next(http);
    };

    // Browsers ask first, because analytics.js sends headers of its own. Source: Fetch standard, "CORS-safelisted request-header".
    private static Task PreflightAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.AccessControlAllowMethods = "POST, GET";
        http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type, content-encoding, x-retry-count";
        http.Response.Headers.AccessControlMaxAge = "86400"; // seconds
        return Task.CompletedTask;
    }

    private static Task UnknownAsync(HttpContext http) => CollectAnswer.RefusedAsync(http.Response, StatusCodes.Status404NotFound,
        "There is nothing here: POST to /v1/batch, or to /v1/identify, track, page, screen, group or alias.", http.RequestAborted);
}
