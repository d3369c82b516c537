using MarketingAutomation.Tracking;

namespace MarketingAutomation.Endpoints;

/// <summary>What messages point to: <c>/t/o</c> pixel, <c>/t/c</c> click, <c>/t/u</c> unsubscribe. GET never changes anything.</summary>
internal static class TrackingEndpoints
{
    // A transparent GIF of one pixel.
    private static readonly byte[] Pixel = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public static void MapTracking(this IEndpointRouteBuilder app, TrackingHandler handler)
    {
        string[] reads = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods("/t/o/{**token}", reads, (string? token, HttpContext http) => OpenAsync(token ?? "", http, handler));
        app.MapMethods("/t/c/{**token}", reads, (string? token, HttpContext http) => ClickAsync(token ?? "", http, handler));
        app.MapMethods("/t/u/{**token}", reads, (string? token, HttpContext http) => AskAsync(token ?? "", http, handler));
        app.MapPost("/t/u/{**token}", (string? token, HttpContext http) => RefuseAsync(token ?? "", http, handler));
    }

    private static async Task OpenAsync(string text, HttpContext http, TrackingHandler handler)
    {
        if (!handler.Tokens.TryRead<TrackingToken.Open>(text, out var token)) { await CustomerAnswer.UnknownAsync(http); return; }
        CustomerAnswer.Private(http.Response, StatusCodes.Status200OK, "image/gif");
        http.Response.ContentLength = Pixel.Length;
        await http.Response.StartAsync();
        await HitAsync(HitKind.Open, token, null, http, handler);
        if (HttpMethods.IsGet(http.Request.Method)) await http.Response.Body.WriteAsync(Pixel);
    }

    // The reader goes on at once; the response ends when the hit is safe.
    private static async Task ClickAsync(string text, HttpContext http, TrackingHandler handler)
    {
        if (!handler.Tokens.TryRead<TrackingToken.Click>(text, out var token)) { await CustomerAnswer.UnknownAsync(http); return; }
        CustomerAnswer.Private(http.Response, StatusCodes.Status302Found, null);
        http.Response.Headers.Location = token.Destination.Address;
        http.Response.ContentLength = 0;
        await http.Response.StartAsync();
        await HitAsync(HitKind.Click, token, token.Destination.Address, http, handler);
    }

    private static async Task AskAsync(string text, HttpContext http, TrackingHandler handler)
    {
        if (!handler.Tokens.TryRead<TrackingToken.Unsubscribe>(text, out var token)) { await CustomerAnswer.UnknownAsync(http); return; }
        var locale = await handler.LocaleAsync(token, http.RequestAborted);
        await CustomerAnswer.PageAsync(http, StatusCodes.Status200OK, UnsubscribePage.Ask(locale, handler.NameOf(token.Topic, locale)));
    }

    // RFC 8058: no cookie, no redirect, and the same answer however often it is posted.
    private static async Task RefuseAsync(string text, HttpContext http, TrackingHandler handler)
    {
        if (!handler.Tokens.TryRead<TrackingToken.Unsubscribe>(text, out var token)) { await CustomerAnswer.UnknownAsync(http); return; }
        await handler.RefuseAsync(token, http.Request.Query.ContainsKey("page") ? "unsubscribe-page" : "one-click", CancellationToken.None);
        var locale = await handler.LocaleAsync(token, CancellationToken.None);
        await CustomerAnswer.PageAsync(http, StatusCodes.Status200OK, UnsubscribePage.Done(locale, handler.NameOf(token.Topic, locale)));
    }

    // The reader may be gone already; the hit counts all the same.
    private static Task HitAsync(HitKind kind, TrackingToken token, string? url, HttpContext http, TrackingHandler handler)
    {
        var headers = http.Request.Headers;
        var prefetch = new[] { headers["Sec-Purpose"], headers["Purpose"], headers["X-Moz"] }.Any(value => value.ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase));
        var userAgent = headers.UserAgent.ToString();
        return handler.HitAsync(kind, token, http.Request.Method, userAgent.Length == 0 ? null : userAgent, prefetch, url, CancellationToken.None);
    }
}
