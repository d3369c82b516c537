using MarketingAutomation.Broadcasts;

namespace MarketingAutomation.Endpoints;

/// <summary>Broadcasts over HTTP: <c>GET console/api/broadcasts</c>, <c>…/{id}</c>, <c>POST …/{id}/start</c>, <c>POST …/{id}/cancel</c>.</summary>
internal static class ConsoleBroadcasts
{
    public static void MapBroadcasts(this IEndpointRouteBuilder app, BroadcastQueries queries, BroadcastPlans plans, string? consoleKey)
    {
        var api = app.MapGroup("/console/api/broadcasts").AddEndpointFilter(new ConsoleAccess(consoleKey));
        api.MapGet("", async (CancellationToken ct) => TypedResults.Json(await queries.ListAsync(ct), BroadcastAnswerJson.Readable.BroadcastList));
        api.MapGet("/{id}", (string id, CancellationToken ct) => ShowAsync(queries, id, ct));
        api.MapPost("/{id}/start", (string id, CancellationToken ct) => ChangeAsync(queries, id, plans.StartAsync, ct));
        api.MapPost("/{id}/cancel", (string id, CancellationToken ct) => ChangeAsync(queries, id, plans.CancelAsync, ct));
    }

    private static async Task<IResult> ShowAsync(BroadcastQueries queries, string id, CancellationToken ct) =>
        await queries.ShowAsync(id, ct) is { } found ? TypedResults.Json(found, BroadcastAnswerJson.Readable.BroadcastDetails) : Unknown(id);

    private static async Task<IResult> ChangeAsync(BroadcastQueries queries, string id, Func<string, CancellationToken, Task<BroadcastState?>> change, CancellationToken ct) =>
        await change(id, ct) is null ? Unknown(id) : await ShowAsync(queries, id, ct);

    private static IResult Unknown(string id) => TypedResults.Json(new ConsoleError($"There is no broadcast {id}."), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status404NotFound);
}
