using System.Text.Json;
using MarketingAutomation.PutAside;

namespace MarketingAutomation.Endpoints;

/// <summary>What was put aside, over HTTP: <c>GET console/api/deadletters</c>, <c>…/{id}</c>, <c>POST …/{id}/replay</c>, <c>DELETE …/{id}</c>.</summary>
internal static class ConsoleDeadLetters
{
    public static void MapDeadLetters(this IEndpointRouteBuilder app, DeadLetters letters, string? consoleKey)
    {
        var api = app.MapGroup("/console/api/deadletters").AddEndpointFilter(new ConsoleAccess(consoleKey));
        api.MapGet("", async (CancellationToken ct) => TypedResults.Json(new AsideList(await letters.ListAsync(ct).ToListAsync(ct)), AsideJson.Default.AsideList));
        api.MapGet("/{id}", async Task<IResult> (string id, CancellationToken ct) => await letters.FindAsync(id, ct) is { } item
            ? TypedResults.Json(new AsideDetails(item.Id, item.What, item.At, item.Reason, Content(item.Content)), AsideJson.Default.AsideDetails)
            : Unknown(id));
        api.MapPost("/{id}/replay", (string id, CancellationToken ct) => ChangeAsync(id, letters.ReplayAsync, ct));
        api.MapDelete("/{id}", (string id, CancellationToken ct) => ChangeAsync(id, letters.DiscardAsync, ct));
    }

    private static async Task<IResult> ChangeAsync(string id, Func<string, CancellationToken, Task<bool>> change, CancellationToken ct)
    {
        try
        {
            return await change(id, ct) ? TypedResults.NoContent() : Unknown(id);
        }
        catch (NotSupportedException kind)
        {
            return TypedResults.Json(new ConsoleError(kind.Message), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status409Conflict);
        }
    }

    // What could not be read as JSON is why some of it is here.
    private static JsonElement Content(byte[] content)
    {
        try
        {
            return JsonElement.Parse(content);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(content), CoreJson.Default.String);
        }
    }

    private static IResult Unknown(string id) => TypedResults.Json(new ConsoleError($"There is no {id} on the list."), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status404NotFound);
}
