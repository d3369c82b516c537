namespace MarketingAutomation.Endpoints;

/// <summary>How customers' browsers are answered.</summary>
internal static class CustomerAnswer
{
    /// <summary>The link is not one of ours, or is about somebody of whom nothing is known any more.</summary>
    public static Task UnknownAsync(HttpContext http) => PageAsync(http, StatusCodes.Status404NotFound, UnsubscribePage.Unknown(http.Request.Headers.AcceptLanguage.ToString()));

    /// <summary>A page that loads nothing and that no other site can frame, so that nobody is led to click in it unknowingly.</summary>
    public static Task PageAsync(HttpContext http, int status, string html) =>
        AnswerAsync(http, status, html, "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");

    /// <summary>A message: its pictures load, its links open, nothing in it runs, and it has no part in what else this address serves.</summary>
    public static Task MessageAsync(HttpContext http, string html) =>
        AnswerAsync(http, StatusCodes.Status200OK, html, "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox");

    private static async Task AnswerAsync(HttpContext http, int status, string html, string policy)
    {
        Private(http.Response, status, "text/html; charset=utf-8");
        http.Response.Headers.ContentSecurityPolicy = policy;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.WriteAsync(html, http.RequestAborted);
    }

    /// <summary>Nobody keeps the answer or learns of its address.</summary>
    public static void Private(HttpResponse response, int status, string? contentType)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
