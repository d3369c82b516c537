using System.Buffers;
using System.Text.Json;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Endpoints;

/// <summary>What a collect request is answered with.</summary>
internal static class CollectAnswer
{
    /// <summary>Rejected calls that are listed; the rest is only counted, so that a small request has no huge answer.</summary>
    public const int MostListed = CollectCall.MostCalls;

    /// <summary>Asked of a client whose events we could not store, in seconds.</summary>
    public const int RetryAfterSeconds = 5;

    /// <summary>Everything that could be used is stored; the rest is listed.</summary>
    public static Task TakenAsync(HttpResponse response, IReadOnlyList<Rejection> rejected, CancellationToken ct) => WriteAsync(response, StatusCodes.Status200OK, json =>
    {
        json.WriteBoolean("success", true);
        if (rejected.Count == 0) return;
        json.WriteNumber("rejectedCount", rejected.Count);
        json.WriteStartArray("rejected");
        foreach (var rejection in rejected.Take(MostListed)) Write(json, rejection);
        json.WriteEndArray();
    }, ct);

    public static Task RefusedAsync(HttpResponse response, int status, string error, CancellationToken ct) => WriteAsync(response, status, json =>
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", error);
    }, ct);

    /// <param name="content">Writes what is inside the answer's object.</param>
    public static async Task WriteAsync(HttpResponse response, int status, Action<Utf8JsonWriter> content, CancellationToken ct)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, ct);
    }

    private static void Write(Utf8JsonWriter json, Rejection rejection)
    {
        json.WriteStartObject();
        json.WriteNumber("index", rejection.Index);
        if (rejection.MessageId is not null) json.WriteString("messageId", rejection.MessageId);
        json.WriteString("reason", rejection.Reason);
        json.WriteEndObject();
    }
}
