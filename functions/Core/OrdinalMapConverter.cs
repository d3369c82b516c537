using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation;

/// <summary>Reads sorted maps with ordinal order, so that they compare and enumerate the same wherever they were made.</summary>
public sealed class OrdinalMapConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>) && typeToConvert.GenericTypeArguments[0] == typeof(string);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GenericTypeArguments[1]))!;

    private sealed class Of<T> : JsonConverter<ImmutableSortedDictionary<string, T>>
    {
        public override ImmutableSortedDictionary<string, T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A map is a JSON object.");
            var map = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
            var value = (JsonConverter<T>)options.GetConverter(typeof(T));
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                map[name] = value.Read(ref reader, typeof(T), options)!;
            }
            return map.ToImmutable();
        }

        public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, T> map, JsonSerializerOptions options)
        {
            var value = (JsonConverter<T>)options.GetConverter(typeof(T));
            writer.WriteStartObject();
            foreach (var (name, item) in map)
            {
                writer.WritePropertyName(name);
                value.Write(writer, item, options);
            }
            writer.WriteEndObject();
        }
    }
}
