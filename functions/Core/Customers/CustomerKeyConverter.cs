using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Customers;

/// <summary>Writes a <see cref="CustomerKey"/> as a plain JSON string.</summary>
public sealed class CustomerKeyConverter : JsonConverter<CustomerKey>
{
    public override CustomerKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, CustomerKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
