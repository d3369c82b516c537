using System.Globalization;
using System.Text.Json;

namespace MarketingAutomation.Functions;

/// <summary>What a trigger's envelope says about its messages: <c>Name</c> for one, <c>NameArray</c> for a batch. Whatever is missing or odd is done without.</summary>
internal sealed class TriggerMetadata(JsonElement? metadata)
{
    private readonly IReadOnlyList<string?> ids = Texts(metadata, "MessageId"), deliveries = Texts(metadata, "DeliveryCount");

    /// <summary>When the oldest message was put into the queue, UTC; null where the host does not say.</summary>
    public DateTimeOffset? Oldest { get; } = Texts(metadata, "EnqueuedTimeUtc")
        .Select(text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : (DateTimeOffset?)null)
        .Min();

    public string Id(int index) => ids.ElementAtOrDefault(index) ?? "";

    /// <summary>At least 1.</summary>
    public int DeliveryCount(int index) => int.TryParse(deliveries.ElementAtOrDefault(index), NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) ? Math.Max(1, count) : 1;

    private static IReadOnlyList<string?> Texts(JsonElement? metadata, string name)
    {
        if (metadata is not { ValueKind: JsonValueKind.Object } values) return [];
        if (TriggerCall.Property(values, $"{name}Array") is { } array && TriggerCall.Unwrap(array) is { ValueKind: JsonValueKind.Array } all) return [.. all.EnumerateArray().Select(Text)];
        return TriggerCall.Property(values, name) is { } one ? [Text(TriggerCall.Unwrap(one))] : [];
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
