using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>Writes a record as the config file would say it in one fixed way: what has its default value is left out, names of maps are sorted, numbers are as short as they can be.</summary>
public static class ShapeWriter
{
    public static void Write(Utf8JsonWriter writer, Shape shape, object value)
    {
        switch (shape)
        {
            case Shape.Text: writer.WriteStringValue((string)value); break;
            case Shape.Number: writer.WriteNumberValue(Shortest((decimal)value)); break;
            case Shape.Flag: writer.WriteBooleanValue((bool)value); break;
            case Shape.Span: writer.WriteStringValue(IsoSpan.Format((TimeSpan)value)); break;
            case Shape.LocalTime: writer.WriteStringValue(((TimeOnly)value).ToString("HH:mm", CultureInfo.InvariantCulture)); break;
            case Shape.Instant: writer.WriteStringValue(((DateTimeOffset)value).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)); break;
            case Shape.Choice: writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()!)); break;
            case Shape.Scalar: WriteScalar(writer, (JsonElement)value); break;
            case Shape.List list: WriteList(writer, list, (IEnumerable)value); break;
            case Shape.Map map: WriteMap(writer, map, value); break;
            case Shape.Record record: WriteRecord(writer, record, value); break;
            case Shape.Union union: WriteRecord(writer, union.CaseOf(value), value); break;
            default: throw new UnreachableException($"No writing for {shape.GetType().Name}");
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Number) writer.WriteNumberValue(Shortest(value.GetDecimal()));
        else if (value.ValueKind is JsonValueKind.String) writer.WriteStringValue(value.GetString());
        else value.WriteTo(writer);
    }

    private static void WriteList(Utf8JsonWriter writer, Shape.List list, IEnumerable items)
    {
        writer.WriteStartArray();
        foreach (var item in items) Write(writer, list.Item, item);
        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, Shape.Map map, object value)
    {
        writer.WriteStartObject();
        foreach (var (name, item) in Entries(value).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            Write(writer, map.Value, item);
        }
        writer.WriteEndObject();
    }

    // A map is some IReadOnlyDictionary<string, T>; what it enumerates are pairs.
    private static IEnumerable<(string Name, object Item)> Entries(object map) =>
        from object pair in (IEnumerable)map
        let type = pair.GetType()
        select ((string)type.GetProperty("Key")!.GetValue(pair)!, type.GetProperty("Value")!.GetValue(pair)!);

    private static void WriteRecord(Utf8JsonWriter writer, Shape.Record record, object value)
    {
        writer.WriteStartObject();
        WriteProperties(writer, record, value);
        writer.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter writer, Shape.Record record, object value)
    {
        foreach (var property in record.Parameters)
        {
            var item = property.ValueIn(value);
            if (item is null || (!property.IsRequired && item.Equals(property.Default))) continue;
            if (property.IsInline)
            {
                WriteProperties(writer, (Shape.Record)property.Shape, item);
                continue;
            }
            writer.WritePropertyName(property.Name);
            Write(writer, property.Shape, item);
        }
    }

    // Dividing by one with many places drops trailing zeros: 1.50 becomes 1.5.
    private static decimal Shortest(decimal number) => number / 1.0000000000000000000000000000m;
}
