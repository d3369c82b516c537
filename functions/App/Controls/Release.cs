using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Controls;

/// <summary>A message of the deliveries queue: what waits for a stop that was lifted may ask again.</summary>
/// <param name="Journey">Deliveries of this journey; of all that may go on where null.</param>
internal sealed record Release(string? Journey)
{
    private static ReadOnlySpan<byte> Start => "{\"release\":"u8;

    public byte[] ToBody() => [.. Start, .. JsonSerializer.SerializeToUtf8Bytes(this, ReleaseJson.Default.Release), (byte)'}'];

    /// <summary>Null where the message is about one delivery.</summary>
    public static Release? Of(byte[] body) => body.AsSpan().StartsWith(Start) ? JsonSerializer.Deserialize(body.AsSpan()[Start.Length..^1], ReleaseJson.Default.Release) : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Release))]
internal sealed partial class ReleaseJson : JsonSerializerContext;
