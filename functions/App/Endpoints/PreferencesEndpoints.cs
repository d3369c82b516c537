using MarketingAutomation.Tracking;

namespace MarketingAutomation.Endpoints;

/// <summary>Pages that messages lead to: <c>/t/p</c> says yes or no to topics, <c>/t/w</c> says why the message came, <c>/t/v</c> shows it. GET never changes anything.</summary>
internal static class PreferencesEndpoints
{
    private const int MostBytes = 16 * 1024;

    public static void MapPreferences(this IEndpointRouteBuilder app, PreferencesHandler handler)
    {
        string[] reads = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods("/t/p/{**token}", reads, (string? token, HttpContext http) => ShowAsync(token ?? "", http, handler));
        app.MapPost("/t/p/{**token}", (string? token, HttpContext http) => ChangeAsync(token ?? "", http, handler));
        app.MapMethods("/t/w/{**token}", reads, (string? token, HttpContext http) => WhyAsync(token ?? "", http, handler));
        app.MapMethods("/t/v/{**token}", reads, (string? token, HttpContext http) => ViewAsync(token ?? "", http, handler));
    }

    private static async Task ShowAsync(string text, HttpContext http, PreferencesHandler handler)
    {
        if (handler.Tokens.TryRead<TrackingToken.Preferences>(text, out var token)) await AnswerAsync(token, saved: false, http, handler);
        else await CustomerAnswer.UnknownAsync(http);
    }

    private static async Task ChangeAsync(string text, HttpContext http, PreferencesHandler handler)
    {
        if (!handler.Tokens.TryRead<TrackingToken.Preferences>(text, out var token)) { await CustomerAnswer.UnknownAsync(http); return; }
        if (!http.Request.HasFormContentType || http.Request.ContentLength > MostBytes) { http.Response.StatusCode = StatusCodes.Status400BadRequest; return; }
        var form = await http.Request.ReadFormAsync(new() { ValueCountLimit = 200, BufferBodyLengthLimit = MostBytes, MultipartBodyLengthLimit = MostBytes }, http.RequestAborted);
        await handler.ChangeAsync(token, form["shown"].OfType<string>(), form["yes"].OfType<string>().ToHashSet(StringComparer.Ordinal), CancellationToken.None);
        await AnswerAsync(token, saved: true, http, handler);
    }

    private static async Task AnswerAsync(TrackingToken.Preferences token, bool saved, HttpContext http, PreferencesHandler handler)
    {
        if (await handler.TopicsAsync(token, http.RequestAborted) is var (locale, topics)) await CustomerAnswer.PageAsync(http, StatusCodes.Status200OK, PreferencesPage.Of(locale, topics, saved));
        else await CustomerAnswer.UnknownAsync(http);
    }

    private static async Task WhyAsync(string text, HttpContext http, PreferencesHandler handler)
    {
        if (!handler.Tokens.TryRead<TrackingToken.Why>(text, out var token) || await handler.WhyAsync(token, http.RequestAborted) is not var (locale, facts, refusal)) { await CustomerAnswer.UnknownAsync(http); return; }
        await CustomerAnswer.PageAsync(http, StatusCodes.Status200OK, WhyPage.Of(
            locale, facts, $"../u/{handler.Tokens.Write(refusal)}", $"../p/{handler.Tokens.Write(new TrackingToken.Preferences(token.Customer, token.Delivery))}"));
    }

    // Looking at it here is no open: who comes here has opened the message already, and may not want to be tracked.
    private static async Task ViewAsync(string text, HttpContext http, PreferencesHandler handler)
    {
        if (!handler.Tokens.TryRead<TrackingToken.View>(text, out var token)) await CustomerAnswer.UnknownAsync(http);
        else if (await handler.SentAsync(token, http.RequestAborted) is { } html) await CustomerAnswer.MessageAsync(http, html);
        else await CustomerAnswer.PageAsync(http, StatusCodes.Status404NotFound, UnsubscribePage.Gone(http.Request.Headers.AcceptLanguage.ToString()));
    }
}
