using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Bodies such as no SDK sends, made of the words that SDKs use.</summary>
internal static class AnyBody
{
    private static readonly string[] Names =
    [
        "type", "messageId", "userId", "anonymousId", "timestamp", "originalTimestamp", "sentAt", "context", "traits", "event", "properties", "name", "category", "groupId", "previousId",
        "writeKey", "batch", "a", "", "用户", "user\\u0049d", "\\ud800", "\\ud83d\\ude00",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "7", "-1.5e300", "1e99999", "\"\"", "\"u1\"", "\"undefined\"", "\"track\"", "\"identify\"", "\"page\"", "\"screen\"", "\"group\"", "\"alias\"", "\"\\u0000\"", "\"\\udc00\"", "\"\\ud83d\\ude00\"",
        "\"2026-11-22T11:00:00Z\"", "\"2026-11-22T11:00:00+02:00\"", "\"2026-11-22\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59.9999999-14:00\"", "\"2026-11-22 11:00:00\"", "\"\\u0032026-11-22\"",
    ];

    public static readonly Gen<CallType?> Types = Gen.OneOf<CallType?>(null, CallType.Identify, CallType.Track, CallType.Page, CallType.Screen, CallType.Group, CallType.Alias);

    private static readonly Gen<string> Calls = Gen.Frequency((1, Json(2)), (3, Object(1)), (6, Gen.Select(Gen.OneOf("identify", "track", "page", "screen", "group", "alias"), Object(2), (type, rest) =>
        $$"""{"type":"{{type}}","userId":"u1","event":"E","groupId":"g1","previousId":"a1"{{(rest == "{}" ? "}" : "," + rest[1..])}}""")));

    /// <summary>Valid JSON with a list of anything as its batch.</summary>
    public static readonly Gen<string> Batches = Gen.Select(Calls.Array[0, 8], Gen.OneOf("", ""","context":{"ip":"203.0.113.7","traits":{}}""", ""","sentAt":"2026-11-22T10:00:00Z","context":null"""), (calls, rest) =>
        $$"""{"batch":[{{string.Join(',', calls)}}]{{rest}}}""");

    /// <summary>A batch with one byte changed, cut out, doubled, or with its end missing.</summary>
    public static readonly Gen<byte[]> Damaged = Gen.Select(Batches, Gen.Int[0, 3], Gen.Double[0, 1], Gen.Byte, (body, kind, place, other) =>
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var at = (int)(place * (bytes.Length - 1));
        return kind switch
        {
            0 => [.. bytes[..at], other, .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], .. bytes[(at + 1)..]],
            2 => [.. bytes[..at], bytes[at], .. bytes[at..]],
            _ => bytes[..at],
        };
    });

    private static Gen<string> Json(int depth) => depth == 0 ? Gen.OneOf(Scalars) : Gen.Frequency((3, Gen.OneOf(Scalars)), (2, Object(depth - 1)), (1, Json(depth - 1).Array[0, 3].Select(items => $"[{string.Join(',', items)}]")));

    private static Gen<string> Object(int depth) =>
        Gen.Select(Gen.OneOf(Names), Json(depth)).Array[0, 5].Select(properties => $$"""{{{string.Join(',', properties.Select(property => $"\"{property.Item1}\":{property.Item2}"))}}}""");
}
