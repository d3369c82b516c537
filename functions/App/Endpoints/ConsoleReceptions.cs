using MarketingAutomation.Controls;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Receptions;

namespace MarketingAutomation.Endpoints;

/// <summary>How messages were received, over HTTP: <c>GET console/api/reception?journey=</c>.</summary>
internal static class ConsoleReceptions
{
    public static void MapReceptions(this IEndpointRouteBuilder app, ReceptionCounts counts, ControlDesk desk, AutoPause? limits, string? consoleKey) =>
        app.MapGroup("/console/api/reception").AddEndpointFilter(new ConsoleAccess(consoleKey))
            .MapGet("", async (string? journey, CancellationToken ct) => TypedResults.Json(await ReceptionList.ReadAsync(counts, await desk.ReadAsync(ct), limits, journey, ct), ReceptionJson.Default.ReceptionList));
}
