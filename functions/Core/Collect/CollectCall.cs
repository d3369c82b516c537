using System.Text.Json;
using System.Text.Unicode;

namespace MarketingAutomation.Collect;

/// <summary>Reads the body of a collect request: one call of the Segment spec, or a batch of them.</summary>
/// <remarks>
/// A call that cannot be used is refused by itself. SDKs drop a whole batch for good when it is answered with 400, so the body as
/// a whole is refused only where no call of it can be found. Source of the limits: segment-docs, sources/catalog/libraries/server/http-api.
/// </remarks>
public static class CollectCall
{
    /// <summary>Size of a body, decompressed, in bytes.</summary>
    public const int MostBodyBytes = 500 * 1024;

    /// <summary>Size of one call as it was sent, in bytes.</summary>
    public const int MostCallBytes = 32 * 1024;

    /// <summary>Calls in a batch; those after it are refused one by one.</summary>
    public const int MostCalls = 2500;

    /// <summary>Size of a batch's own <c>context</c>, in bytes: it is copied into every call, and a small body must not grow without bounds.</summary>
    public const int MostSharedContextBytes = 2 * 1024;

    /// <summary>Arrays and objects inside each other in one call, the call itself included.</summary>
    public const int MostDepth = 32;

    private const int LevelsAroundCalls = 2; // the body's object and its list

    // The parser searches back for the opening bracket at every closing one, so the time it takes grows with the depth it is allowed.
    private const int MostDepthToRead = 128;

    /// <param name="body">JSON in UTF-8, decompressed. Nothing of the result refers to it afterwards.</param>
    /// <param name="typeFromPath">Null for a batch, whose calls say their type themselves.</param>
    /// <param name="receivedAt">UTC.</param>
    /// <returns>An answer for every body there is: no content makes this throw.</returns>
    public static CollectResult Read(ReadOnlySpan<byte> body, CallType? typeFromPath, DateTimeOffset receivedAt)
    {
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        if (body.IsEmpty) return Unreadable("The body is empty.");
        if (body.Length > MostBodyBytes) return Unreadable($"The body is over {MostBodyBytes / 1024} KB.");
        if (!Utf8.IsValid(body)) return Unreadable("The body is not UTF-8.");

        // The first parse tells that no call is too deep; only where it fails are the calls looked at one by one.
        var shallow = Parse(body, MostDepth + (typeFromPath is null ? LevelsAroundCalls : 0), out _);
        string? problem = null;
        if ((shallow ?? Parse(body, MostDepthToRead, out problem)) is not { } root) return Unreadable(problem!);
        if (root.ValueKind != JsonValueKind.Object) return Unreadable("The body is not a JSON object.");
        var scope = new CallScope(typeFromPath, receivedAt, MayBeDeep: shallow is null);
        return typeFromPath is null ? ReadBatch(root, scope) : Take([root], WriteKeyOf(root), scope);
    }

    private static CollectResult ReadBatch(JsonElement root, CallScope scope)
    {
        JsonElement calls = default, context = default, sentAt = default;
        foreach (var property in root.EnumerateObject())
        {
            if (RawJson.Named(property, "batch"u8)) calls = property.Value;
            else if (RawJson.Named(property, "context"u8)) context = property.Value;
            else if (RawJson.Named(property, "sentAt"u8)) sentAt = property.Value;
        }
        if (calls.ValueKind != JsonValueKind.Array) return Unreadable("The body has no batch, a list of calls.");
        if (ProblemOfShared(context, sentAt, scope) is { } problem) return Unreadable(problem);
        return Take(calls.EnumerateArray(), WriteKeyOf(root), scope with { Context = context, SentAt = sentAt });
    }

    private static string? ProblemOfShared(JsonElement context, JsonElement sentAt, CallScope scope)
    {
        if (RawJson.HasLoneSurrogate(context) || RawJson.HasLoneSurrogate(sentAt)) return "The batch's context or sentAt holds half a character (a lone surrogate).";
        if (context.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
        if (context.ValueKind != JsonValueKind.Object) return "The batch's context is not an object.";
        if (RawJson.Of(context).Length > MostSharedContextBytes) return $"The batch's context is over {MostSharedContextBytes / 1024} KB.";
        return scope.MayBeDeep && RawJson.IsDeeperThan(MostDepth - 1, context) ? $"The batch's context is nested more than {MostDepth - 1} levels deep." : null;
    }

    private static CollectResult.Taken Take(IEnumerable<JsonElement> calls, string? writeKey, CallScope scope)
    {
        List<CustomerEvent> accepted = [];
        List<Rejection> rejected = [];
        foreach (var (index, call) in calls.Index())
        {
            var (taken, reason) = index < MostCalls ? Call.Read(call, scope) : (null, $"The batch has more than {MostCalls} calls.");
            if (taken is not null) accepted.Add(taken);
            else rejected.Add(new(index, Call.MessageIdOf(call), reason!));
        }
        return new(writeKey, accepted, rejected);
    }

    private static string? WriteKeyOf(JsonElement root)
    {
        foreach (var property in root.EnumerateObject())
            if (RawJson.Named(property, "writeKey"u8) && property.Value.ValueKind == JsonValueKind.String && !RawJson.HasLoneSurrogate(property.Value)) return property.Value.GetString();
        return null;
    }

    private static JsonElement? Parse(ReadOnlySpan<byte> body, int depth, out string? problem)
    {
        try
        {
            problem = null;
            return JsonElement.Parse(body, new JsonDocumentOptions { MaxDepth = depth });
        }
        catch (JsonException e) // its own text may quote the body
        {
            problem = $"The body is not valid JSON, or nested more than {depth} levels deep (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).";
            return null;
        }
    }

    private static CollectResult.Unreadable Unreadable(string problem) => new(problem);
}
