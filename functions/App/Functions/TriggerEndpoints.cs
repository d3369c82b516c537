using MarketingAutomation.Bus;
using Microsoft.AspNetCore.Http.Features;

namespace MarketingAutomation.Functions;

/// <summary>What the Functions host calls for its triggers: <c>POST /{function}</c>. Mapped only in a process that it started, and answered only to it.</summary>
internal static class TriggerEndpoints
{
    public static void MapTriggers(this IEndpointRouteBuilder app, TriggerHandler triggers)
    {
        foreach (var queue in Queue.All) app.MapPost($"/{queue}", Trigger(http => triggers.WorkAsync(queue, http.Request.Body)));
        app.MapPost("/tick", Trigger(_ => triggers.TickAsync()));
    }

    private static RequestDelegate Trigger(Func<HttpContext, Task<bool>> work) => async http =>
    {
        if (FunctionsHost.IsPassedOn(http.Request))
        {
            await AnswerAsync(http.Response, StatusCodes.Status403Forbidden, """{"error":"Only the Functions host may call this."}""");
            return;
        }
        // A batch is as large as its messages are, in base64; we know who sends it.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        if (await work(http)) await AnswerAsync(http.Response, StatusCodes.Status200OK, "{}");
        else await AnswerAsync(http.Response, StatusCodes.Status500InternalServerError, """{"error":"The work is not done; the log says why."}""");
    };

    // Always a JSON object: an empty answer hangs the invocation until its time is over.
    private static Task AnswerAsync(HttpResponse response, int status, string json)
    {
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        return response.WriteAsync(json);
    }
}
