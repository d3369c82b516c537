using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Writes traits and properties of a row as JSON, and reads cells out of JSON.</summary>
internal static class RowJson
{
    /// <summary>Writes one property; nothing where its value is empty.</summary>
    /// <param name="name">Null inside a list.</param>
    /// <returns>Why the row cannot be used, or null.</returns>
    public static string? Write(Utf8JsonWriter writer, string? name, RowValue value, Func<string, string?> cell)
    {
        switch (value)
        {
            case RowValue.Text text: return Text(writer, name, text.Template.Fill(cell));
            case RowValue.Cell { As: CellType.Text } of: return Text(writer, name, cell(of.Column));
            case RowValue.Cell of: return Scalar(writer, name, of, cell(of.Column));
            case RowValue.Constant constant:
                Name(writer, name);
                constant.Value.WriteTo(writer);
                return null;
            case RowValue.Object members:
                Name(writer, name);
                writer.WriteStartObject();
                foreach (var (member, of) in members.Members)
                    if (Write(writer, member, of, cell) is { } reason) return reason;
                writer.WriteEndObject();
                return null;
            case RowValue.List items:
                Name(writer, name);
                writer.WriteStartArray();
                foreach (var item in items.Items)
                    if (Write(writer, null, item, cell) is { } reason) return reason;
                writer.WriteEndArray();
                return null;
            default: throw new UnreachableException();
        }
    }

    /// <summary>The property of a row of JSON that a column names; of <c>a.b</c>, property b of property a unless there is an <c>a.b</c>.</summary>
    /// <returns>Text as it is, numbers and booleans as they are written, objects and lists as JSON; null where there is none.</returns>
    public static string? Cell(JsonElement row, string column)
    {
        if (row.ValueKind != JsonValueKind.Object) return null;
        if (row.TryGetProperty(column, out var found))
            return found.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => found.GetString(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => found.GetRawText(),
            };
        var dot = column.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && row.TryGetProperty(column[..dot], out var inner) ? Cell(inner, column[(dot + 1)..]) : null;
    }

    private static string? Text(Utf8JsonWriter writer, string? name, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        Name(writer, name);
        writer.WriteStringValue(text);
        return null;
    }

    private static string? Scalar(Utf8JsonWriter writer, string? name, RowValue.Cell of, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (of.As == CellType.Number)
        {
            if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return $"column \"{of.Column}\" is not a number";
            Name(writer, name);
            writer.WriteNumberValue(number);
            return null;
        }
        if (Boolean(text.Trim().ToLowerInvariant()) is not { } flag) return $"column \"{of.Column}\" is not true or false";
        Name(writer, name);
        writer.WriteBooleanValue(flag);
        return null;
    }

    private static bool? Boolean(string text) => text switch
    {
        "true" or "yes" or "y" or "1" => true,
        "false" or "no" or "n" or "0" => false,
        _ => null,
    };

    private static void Name(Utf8JsonWriter writer, string? name)
    {
        if (name is not null) writer.WritePropertyName(name);
    }
}
