using System.Text.Json.Serialization;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Endpoints;

/// <summary>Segments over HTTP: <c>GET console/api/segments</c>, <c>…/{id}</c>, <c>…/{id}/members?after=&amp;limit=</c>, and <c>POST …/{id}/preview?exact=</c> with a definition that is not published.</summary>
internal static class ConsoleSegments
{
    private const int PageSize = 100, MostBytes = 256 * 1024;

    /// <param name="readWith">Reads the config, under a version, as it would be with another text at a path.</param>
    public static void MapSegments(this IEndpointRouteBuilder app, SegmentQueries queries, string? consoleKey, Func<string, string, Func<long, ConfigResult>> readWith)
    {
        var api = app.MapGroup("/console/api/segments").AddEndpointFilter(new ConsoleAccess(consoleKey));
        api.MapGet("", async (CancellationToken ct) => TypedResults.Json(await queries.ListAsync(ct), SegmentJson.Readable.SegmentList));
        api.MapGet("/{id}", async Task<IResult> (string id, CancellationToken ct) => await queries.ShowAsync(id, ct) is { } found ? TypedResults.Json(found, SegmentJson.Readable.SegmentDetails) : Unknown(id));
        api.MapGet("/{id}/members", (string id, string? after, string? limit, CancellationToken ct) => MembersAsync(queries, id, after, limit, ct));
        api.MapPost("/{id}/preview", (string id, bool? exact, HttpRequest request, CancellationToken ct) => PreviewAsync(queries, id, exact ?? false, request, readWith, ct));
    }

    private static async Task<IResult> MembersAsync(SegmentQueries queries, string id, string? after, string? limit, CancellationToken ct)
    {
        var most = PageSize;
        if (limit is not null && (!int.TryParse(limit, out most) || most is < 1 or > SegmentQueries.MostOnPage)) return Wrong($"limit is a number from 1 to {SegmentQueries.MostOnPage}.");
        if (after is not null && !CustomerKey.IsKey(after)) return Wrong("after is the next of the page before.");
        return await queries.MembersAsync(id, after is null ? null : new CustomerKey(after), most, ct) is { } page ? TypedResults.Json(page, SegmentJson.Readable.MemberPage) : Unknown(id);
    }

    private static async Task<IResult> PreviewAsync(SegmentQueries queries, string id, bool exact, HttpRequest request, Func<string, string, Func<long, ConfigResult>> readWith, CancellationToken ct)
    {
        if (request.ContentLength > MostBytes) return Wrong("A definition is shorter than 256 KB.");
        var read = readWith($"segments/{id}.json", await new StreamReader(request.Body).ReadToEndAsync(ct));
        if (read(1) is { Problems: [_, ..] problems }) return Wrong(string.Join('\n', problems));
        return TypedResults.Json(await queries.PreviewAsync(id, version => read(version).Catalog!, exact, ct), SegmentJson.Readable.SegmentPreview);
    }

    private static IResult Unknown(string id) => TypedResults.Json(new ConsoleError($"There is no segment {id}."), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status404NotFound);

    private static IResult Wrong(string what) => TypedResults.Json(new ConsoleError(what), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status400BadRequest);
}

internal sealed record ConsoleError(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ConsoleError))]
internal sealed partial class ConsoleJson : JsonSerializerContext;
