using MarketingAutomation.Collect;
using Microsoft.AspNetCore.Connections;

namespace MarketingAutomation.Endpoints;

/// <summary>Takes in what SDKs send, and answers only when it is stored.</summary>
/// <param name="acceptAsync">Makes the events durable before it returns.</param>
/// <remarks>
/// The statuses follow from what SDKs do with them: 400, 401 and 415 make them drop the request for good, 503 makes them send it
/// again with the same messageIds. A batch with a bad call in it is therefore a success with a list of what was left out.
/// </remarks>
internal sealed class CollectHandler(CollectSettings settings, Func<IReadOnlyList<CustomerEvent>, CancellationToken, Task> acceptAsync, TimeProvider clock, ILogger<CollectHandler> log)
{
    private readonly CollectAuthorization authorization = new(settings.WriteKeys);

    /// <param name="type">As the path implies it; null for a batch.</param>
    public async Task TakeAsync(HttpContext http, CallType? type)
    {
        try
        {
            var (status, result) = await ReadAsync(http.Request, type, http.RequestAborted);
            if (result is CollectResult.Taken taken) await AnswerAsync(http, type, taken);
            else if (result is CollectResult.Unreadable unreadable) await RefuseAsync(http, status, unreadable.Problem);
        }
        catch (Exception e) when (e is ConnectionResetException || (e is OperationCanceledException && http.RequestAborted.IsCancellationRequested))
        {
            http.Abort(); // the sender is gone; without an answer it will send again
        }
    }

    /// <summary>What analytics.js asks its CDN for before it sends anything: where to send it.</summary>
    public Task SettingsAsync(HttpContext http)
    {
        var key = (string)http.Request.RouteValues["writeKey"]!;
        if (!authorization.Accepts(key)) return RefuseAsync(http, StatusCodes.Status404NotFound, "The write key is unknown.");
        return CollectAnswer.WriteAsync(http.Response, StatusCodes.Status200OK, json => CollectCdnSettings.Write(json, key, settings.PublicUrl), http.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext http, CallType? type, CollectResult.Taken taken)
    {
        if (!authorization.Accepts(http.Request.Headers.Authorization, taken.WriteKey))
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, "The write key is missing or unknown.");
        else if (type is not null && taken.Rejected is [var rejection, ..])
            await RefuseAsync(http, StatusCodes.Status400BadRequest, rejection.Reason);
        else if (await StoreAsync(http, taken.Accepted))
            await CollectAnswer.TakenAsync(http.Response, taken.Rejected, http.RequestAborted);
    }

    // The status is for the answer where the body is unreadable.
    private async Task<(int Status, CollectResult Result)> ReadAsync(HttpRequest request, CallType? type, CancellationToken ct)
    {
        if (!CollectBody.CanDecode(request.Headers.ContentEncoding))
            return (StatusCodes.Status415UnsupportedMediaType, new CollectResult.Unreadable("The Content-Encoding is neither gzip nor deflate."));
        var receivedAt = clock.GetUtcNow();
        try
        {
            using var body = await CollectBody.ReadAsync(request, ct);
            return (StatusCodes.Status400BadRequest, CollectCall.Read(body.Bytes, type, receivedAt));
        }
        catch (InvalidDataException)
        {
            return (StatusCodes.Status400BadRequest, new CollectResult.Unreadable("The body cannot be decompressed as its Content-Encoding says."));
        }
        catch (BadHttpRequestException e)
        {
            return (e.StatusCode, new CollectResult.Unreadable("The request is incomplete or breaks the rules of HTTP."));
        }
    }

    private async Task<bool> StoreAsync(HttpContext http, IReadOnlyList<CustomerEvent> events)
    {
        try
        {
            if (events.Count > 0) await acceptAsync(events, http.RequestAborted);
            return true;
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            log.LogError(e, "{Count} events could not be stored; their sender was asked to send them again.", events.Count);
            http.Response.Headers.RetryAfter = CollectAnswer.RetryAfterSeconds.ToString();
            await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "The events could not be stored; send them again.");
            return false;
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string error) => CollectAnswer.RefusedAsync(http.Response, status, error, http.RequestAborted);
}
