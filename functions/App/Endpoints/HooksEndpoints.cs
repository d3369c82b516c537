using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Hooks;

namespace MarketingAutomation.Endpoints;

/// <summary>Where providers report what became of messages: <c>POST /hooks/sendgrid</c>, and <c>POST /hooks/mail</c> for bounces and complaints that come as mail.</summary>
/// <remarks>SendGrid posts again for a day what was not answered with success, so only what is not stored is refused.</remarks>
internal static class HooksEndpoints
{
    // SendGrid flushes at 768 KB.
    private const int MostBytes = 2 * 1024 * 1024;

    private const int RetryAfterSeconds = 30;

    public static void MapHooks(this IEndpointRouteBuilder app, Node node, HookSettings settings)
    {
        var logs = app.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("MarketingAutomation.Hooks");
        var reports = new ReportsHandler(node);
        app.MapPost("/hooks/sendgrid", http => SendGridAsync(http, settings.SendGridKey, node.Clock, reports, logs));
        app.MapPost("/hooks/mail", http => MailAsync(http, settings.MailSecret, node.Clock, reports, logs));
    }

    private static async Task SendGridAsync(HttpContext http, SendGridSignature? signature, TimeProvider clock, ReportsHandler reports, ILogger logs)
    {
        if (signature is null) { await AnswerAsync(http, StatusCodes.Status403Forbidden, "Set MARKETING_SENDGRID_WEBHOOK_KEY to the verification key of the signed event webhook."); return; }
        if (await BodyAsync(http) is not { } body) return;
        if (!signature.Accepts(http.Request.Headers[SendGridSignature.SignatureHeader], http.Request.Headers[SendGridSignature.TimestampHeader], body))
        {
            await AnswerAsync(http, StatusCodes.Status403Forbidden, "The signature does not fit the body.");
            return;
        }
        try
        {
            var (read, leftOut) = SendGridReports.Read(body, clock.GetUtcNow());
            if (leftOut > 0) logs.LogDebug("{Count} items of a post from SendGrid are of no known kind.", leftOut);
            await StoreAsync(http, read, vouched: true, reports, logs);
        }
        catch (JsonException)
        {
            await AnswerAsync(http, StatusCodes.Status400BadRequest, "The body is no JSON array.");
        }
    }

    // The whole mail as it came, RFC 5322; what is no report is nothing, and nobody need send it again.
    private static async Task MailAsync(HttpContext http, string? secret, TimeProvider clock, ReportsHandler reports, ILogger logs)
    {
        if (secret is null) { await AnswerAsync(http, StatusCodes.Status403Forbidden, "Set MARKETING_MAIL_HOOK_SECRET, and send it as Authorization: Bearer."); return; }
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes($"Bearer {secret}")))
        {
            await AnswerAsync(http, StatusCodes.Status401Unauthorized, "The secret is missing or another.");
            return;
        }
        if (await BodyAsync(http) is not { } body) return;
        await StoreAsync(http, MailReports.Read(body, clock.GetUtcNow()), vouched: false, reports, logs);
    }

    private static async Task StoreAsync(HttpContext http, IReadOnlyList<ProviderReport> read, bool vouched, ReportsHandler reports, ILogger logs)
    {
        try
        {
            await reports.TakeAsync(read, vouched, http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (Exception fault) when (!http.RequestAborted.IsCancellationRequested)
        {
            logs.LogError("{Count} reports could not be stored and are asked for again: {Fault} {Stack}", read.Count, fault.GetType().Name, fault.StackTrace);
            http.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            await AnswerAsync(http, StatusCodes.Status503ServiceUnavailable, "The reports could not be stored; post them again.");
        }
    }

    // The bytes as they came: the signature covers the last line break, too. Null where the request is answered already.
    private static async Task<byte[]?> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        try
        {
            var chunk = new byte[16 * 1024];
            while (await http.Request.Body.ReadAsync(chunk, http.RequestAborted) is > 0 and var read)
            {
                body.Write(chunk, 0, read);
                if (body.Length > MostBytes) { await AnswerAsync(http, StatusCodes.Status413PayloadTooLarge, "The body is larger than 2 MB."); return null; }
            }
            return body.ToArray();
        }
        catch (BadHttpRequestException broken)
        {
            await AnswerAsync(http, broken.StatusCode, "The request is incomplete or breaks the rules of HTTP.");
            return null;
        }
    }

    private static Task AnswerAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
