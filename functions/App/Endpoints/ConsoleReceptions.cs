using MarketingAutomation.Controls;
using MarketingAutomation.Receptions;

namespace MarketingAutomation.Endpoints;

/// <summary>How messages were received, over HTTP: <c>GET console/api/reception?journey=</c>.</summary>
internal static class ConsoleReceptions
{
    public static void MapReceptions(this IEndpointRouteBuilder app, ReceptionCounts counts, ControlDesk desk, Catalog catalog, string? consoleKey) =>
        app.MapGroup("/console/api/reception").AddEndpointFilter(new ConsoleAccess(consoleKey))
            .MapGet("", (string? journey, CancellationToken ct) => ReadAsync(counts, desk, catalog, journey, ct));

    private static async Task<IResult> ReadAsync(ReceptionCounts counts, ControlDesk desk, Catalog catalog, string? journey, CancellationToken ct)
    {
        var controls = await desk.ReadAsync(ct);
        var list = await ReceptionList.ReadAsync(counts, controls, catalog.Policy.AutoPause, journey, ct);
        return list.Problem(journey, catalog, controls) is { } problem
            ? TypedResults.Json(new ConsoleError(problem), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status404NotFound)
            : TypedResults.Json(list, ReceptionJson.Default.ReceptionList);
    }
}
