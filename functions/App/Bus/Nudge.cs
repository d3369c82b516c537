using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Bus;

/// <summary>A message of the wakes queue: one customer has something to do.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "nudge")]
[JsonDerivedType(typeof(Wake), "wake")]
[JsonDerivedType(typeof(Merge), "merge")]
[JsonDerivedType(typeof(Absorb), "absorb")]
internal abstract record Nudge(CustomerKey Customer)
{
    public sealed record Wake(CustomerKey Customer, DateTimeOffset Due) : Nudge(Customer);

    public sealed record Merge(CustomerKey Customer, CustomerKey Into) : Nudge(Customer);

    public sealed record Absorb(CustomerKey Customer, CustomerKey From, long Position) : Nudge(Customer);

    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(this, BusJson.Default.Nudge);

    public static Nudge Of(byte[] body) => JsonSerializer.Deserialize(body, BusJson.Default.Nudge)!;
}

/// <summary>A message of the deliveries queue: one delivery asks to go out.</summary>
internal sealed record DeliveryRequest(CustomerKey Customer, string Delivery)
{
    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(this, BusJson.Default.DeliveryRequest);

    public static DeliveryRequest Of(byte[] body) => JsonSerializer.Deserialize(body, BusJson.Default.DeliveryRequest)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Nudge))]
[JsonSerializable(typeof(DeliveryRequest))]
internal sealed partial class BusJson : JsonSerializerContext;
