using System.Globalization;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Bus;

namespace MarketingAutomation.Functions;

/// <summary>Messages as the Functions host hands them to a trigger.</summary>
/// <param name="Oldest">When the oldest of them was put into the queue; null where the host does not say.</param>
/// <remarks>
/// Tolerant: with <c>dataType: binary</c> a body comes as base64, and a batch as a JSON array inside a JSON string; other settings and hosts
/// give JSON strings inside JSON strings, or the JSON itself. Source: observation of host 4.1037; see the recorded calls of the tests.
/// </remarks>
internal sealed record TriggerCall(IReadOnlyList<Received> Messages, DateTimeOffset? Oldest)
{
    /// <exception cref="JsonException">The body is no trigger's envelope.</exception>
    public static async Task<TriggerCall> ReadAsync(Stream body, string queue, CancellationToken ct)
    {
        using var envelope = await JsonDocument.ParseAsync(body, cancellationToken: ct);
        if (envelope.RootElement.ValueKind != JsonValueKind.Object || Property(envelope.RootElement, "Data") is not { ValueKind: JsonValueKind.Object } data || !data.EnumerateObject().Any())
            throw new JsonException("The body is no trigger's envelope: it has no Data.");
        var bodies = Bodies(data.EnumerateObject().First().Value);
        var about = new TriggerMetadata(Property(envelope.RootElement, "Metadata"));
        return new([.. bodies.Select((bytes, index) => new Received(queue, about.Id(index), "", about.DeliveryCount(index), bytes))], about.Oldest);
    }

    internal static JsonElement? Property(JsonElement json, string name)
    {
        foreach (var property in json.EnumerateObject())
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        return null;
    }

    /// <summary>The value, freed of the JSON string it may be wrapped in.</summary>
    internal static JsonElement Unwrap(JsonElement value)
    {
        // Base64 and plain words never begin like these.
        if (value.ValueKind != JsonValueKind.String || value.GetString()!.AsSpan().TrimStart() is not ['[' or '"' or '{', ..]) return value;
        try
        {
            return JsonElement.Parse(value.GetString()!);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    private static IEnumerable<byte[]> Bodies(JsonElement value) => Unwrap(value) switch
    {
        // An array inside a string is a batch; so is one in the open.
        { ValueKind: JsonValueKind.Array } batch => batch.EnumerateArray().Select(Body),
        { ValueKind: JsonValueKind.String } text when value.GetString() != text.GetString() => [Encoding.UTF8.GetBytes(text.GetString()!)], // a string in a string: text
        var one => [Body(one)],
    };

    private static byte[] Body(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.TryGetBytesFromBase64(out var bytes) => bytes,
        JsonValueKind.String => Encoding.UTF8.GetBytes(value.GetString()!),
        JsonValueKind.Null => [],
        _ => Encoding.UTF8.GetBytes(value.GetRawText()),
    };
}
