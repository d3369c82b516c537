using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Collect;

/// <summary>Events as JSON: what queues carry. Serializers are made at compile time, for a quick start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Converters = [typeof(RawJsonConverter)])]
[JsonSerializable(typeof(CustomerEvent))]
[JsonSerializable(typeof(List<CustomerEvent>))]
public sealed partial class CollectJson : JsonSerializerContext;

/// <summary>Writes a part of a call as the bytes it was sent in, instead of taking it apart and putting it together again.</summary>
public sealed class RawJsonConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
