using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Broadcasts;
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

/// <summary>One delivery asks to go out.</summary>
/// <param name="IsBroadcast">It has its turn in the broadcasts queue, so that live messages never wait behind it.</param>
internal sealed record DeliveryRequest(CustomerKey Customer, string Delivery, [property: JsonIgnore] bool IsBroadcast = false)
{
    [JsonIgnore]
    public string Queue => IsBroadcast ? Bus.Queue.Broadcasts : Bus.Queue.Deliveries;

    public byte[] ToBody() => IsBroadcast ? new BroadcastWork.Deliver(Customer, Delivery).ToBody() : JsonSerializer.SerializeToUtf8Bytes(this, BusJson.Default.DeliveryRequest);

    public static DeliveryRequest Of(byte[] body) => JsonSerializer.Deserialize(body, BusJson.Default.DeliveryRequest)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Nudge))]
[JsonSerializable(typeof(DeliveryRequest))]
internal sealed partial class BusJson : JsonSerializerContext;
