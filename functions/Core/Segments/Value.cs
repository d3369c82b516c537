using System.Text.Json;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>What a test compares: a value as it was sent, or a number that was counted. The default is a missing value.</summary>
public readonly record struct Value
{
    public Value(JsonElement json) => Json = json;

    public Value(decimal number) => counted = number;

    private readonly decimal? counted;

    public JsonElement Json { get; }

    public bool IsMissing => counted is null && Json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Null where it is no number, or one too large to compute with.</summary>
    public decimal? Number => counted ?? NumberOf(Json);

    /// <summary>Null where it is no text.</summary>
    public string? Text => Json.ValueKind == JsonValueKind.String ? Json.GetString() : null;

    public static decimal? NumberOf(JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) ? number : null;
}

/// <summary>From where a value is looked at.</summary>
/// <param name="TimeZone">IANA name of the customer's.</param>
/// <param name="OtherZone">IANA name of the zone of customers whose own is not known.</param>
public readonly record struct Sight(DateTimeOffset Now, string? TimeZone, string? OtherZone = null)
{
    public NodaTime.DateTimeZone Zone => CustomerZone.Of(TimeZone, OtherZone);
}
