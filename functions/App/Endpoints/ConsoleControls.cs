using System.Text.Json;
using MarketingAutomation.Controls;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Endpoints;

/// <summary>Stopping messages over HTTP: <c>GET console/api/controls</c>, <c>…/history</c>, and <c>POST …/pause</c>, <c>…/resume</c>, <c>…/kill</c> with <c>{"journey":"welcome","reason":"wrong price"}</c>, <c>{"channel":"smtp"}</c> or <c>{"all":true}</c>.</summary>
internal static class ConsoleControls
{
    private const int MostHistory = 100, MostBytes = 16 * 1024;

    public static void MapControls(this IEndpointRouteBuilder app, ControlDesk desk, Catalog catalog, string? consoleKey)
    {
        var api = app.MapGroup("/console/api/controls").AddEndpointFilter(new ConsoleAccess(consoleKey));
        api.MapGet("", async (CancellationToken ct) => TypedResults.Json(ControlLine.Of((await desk.ReadAsync(ct)).Standing), ControlLineJson.Default.ControlList));
        api.MapGet("/history", async (CancellationToken ct) => TypedResults.Json(ControlLine.Of(await desk.HistoryAsync(MostHistory, ct)), ControlLineJson.Default.ControlList));
        foreach (var (name, stop) in new[] { ("pause", Stop.Paused), ("resume", Stop.None), ("kill", Stop.Killed) })
            api.MapPost($"/{name}", (HttpRequest request, CancellationToken ct) => ChangeAsync(desk, catalog, stop, request, ct));
    }

    private static async Task<IResult> ChangeAsync(ControlDesk desk, Catalog catalog, Stop stop, HttpRequest request, CancellationToken ct)
    {
        if (await ReadAsync(request, ct) is not { Scope: { } scope } call) return Wrong("""Name what is meant: {"journey":"ID"}, {"channel":"NAME"} or {"all":true}, with a "reason" if you like.""");
        if ((ControlDesk.Problem(call.Reason) ?? ControlDesk.Problem(scope, catalog, await desk.ReadAsync(ct))) is { } problem) return Wrong(problem);
        var (now, _) = await desk.SetAsync(scope, stop, ControlDesk.Console, call.Reason, ct);
        return TypedResults.Json(ControlLine.Of(now), ControlLineJson.Default.ControlLine);
    }

    // Null where it is no call.
    private static async Task<ControlCall?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MostBytes) return null;
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, ControlLineJson.Default.ControlCall, ct);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IResult Wrong(string what) => TypedResults.Json(new ConsoleError(what), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status400BadRequest);
}
