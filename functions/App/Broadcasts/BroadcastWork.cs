using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Broadcasts;

/// <summary>A message of the broadcasts queue.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "work")]
[JsonDerivedType(typeof(Begin), "begin")]
[JsonDerivedType(typeof(Slice), "slice")]
[JsonDerivedType(typeof(Deliver), "deliver")]
[JsonDerivedType(typeof(Enter), "enter")]
internal abstract record BroadcastWork
{
    private BroadcastWork() { } // closed: these cases and no others

    /// <summary>The time that was planned has come.</summary>
    /// <param name="At">That time; another one was planned since where the plan says otherwise.</param>
    /// <param name="Version">The catalog that planned it; an older one does not know the broadcast.</param>
    public sealed record Begin(string Broadcast, DateTimeOffset At, long Version) : BroadcastWork;

    /// <summary>Enter the next customers of a shard.</summary>
    /// <param name="After">Key of the last customer that was; empty at the beginning.</param>
    /// <param name="Waiting">Customers entered before whose messages have yet to have their turn.</param>
    /// <param name="Waits">How often that was looked at.</param>
    public sealed record Slice(string Broadcast, int Shard, string After, long Version, IReadOnlyList<CustomerKey> Waiting, int Waits = 0) : BroadcastWork;

    /// <summary>A message of a broadcast asks to go out.</summary>
    public sealed record Deliver(CustomerKey Customer, string Delivery) : BroadcastWork;

    /// <summary>Enter one customer who was put aside.</summary>
    public sealed record Enter(CustomerKey Customer, string Broadcast) : BroadcastWork;

    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(this, BroadcastJson.Default.BroadcastWork);

    public static BroadcastWork Of(byte[] body) => JsonSerializer.Deserialize(body, BroadcastJson.Default.BroadcastWork)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BroadcastWork))]
[JsonSerializable(typeof(BroadcastPlan))]
[JsonSerializable(typeof(ShardProgress))]
internal sealed partial class BroadcastJson : JsonSerializerContext;
