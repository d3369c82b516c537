using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Looks at JSON as the bytes it was sent in, which costs no copy.</summary>
public static class RawJson
{
    /// <summary>The value exactly as it was sent.</summary>
    public static ReadOnlySpan<byte> Of(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);

    /// <summary>Whether the property has this name; unlike the reader's own comparison it never throws, however broken the name's escapes are.</summary>
    public static bool Named(JsonProperty property, ReadOnlySpan<byte> name)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return raw.Contains((byte)'\\') ? !HasLoneSurrogate(raw) && property.NameEquals(name) : raw.SequenceEqual(name);
    }

    /// <summary>Whether a text in it holds half a character (<c>\ud83d</c> without its second half), which no string in UTF-8 can say and every reader of the value would stumble over.</summary>
    /// <param name="json">Valid JSON, so that a backslash can only be an escape inside a text.</param>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0; at = Next(json, at))
        {
            var unit = UnitAt(json, at);
            if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(UnitAt(json, at + 6))) at += 6;
            else if (char.IsSurrogate(unit)) return true;
        }
        return false;
    }

    public static bool HasLoneSurrogate(JsonElement value) => value.ValueKind != JsonValueKind.Undefined && HasLoneSurrogate(Of(value));

    /// <summary>Whether arrays and objects stand in each other more than <paramref name="most"/> deep, the value itself included.</summary>
    public static bool IsDeeperThan(int most, JsonElement value)
    {
        var json = Of(value);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Math.Max(1, json.Length) });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= most) return true;
        return false;
    }

    /// <summary>One object with the properties of <paramref name="below"/> and those <paramref name="above"/>, which win. It owns its memory.</summary>
    /// <param name="below">An object, or undefined for none.</param>
    public static JsonElement Merge(JsonElement below, IEnumerable<(string Name, JsonElement Value)> above)
    {
        var all = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in Properties(below)) all[name] = value;
        foreach (var (name, value) in above) all[name] = value;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, all);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>The properties of an object in the order given; none where the element is undefined.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Properties(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Select(property => (property.Name, property.Value)) : [];

    private static void Write(Utf8JsonWriter writer, OrderedDictionary<string, JsonElement> properties)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in properties)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(Of(value), skipInputValidation: true);
        }
        writer.WriteEndObject();
    }

    // The UTF-16 unit of the escape that starts at `at`, or NUL where no \u escape does.
    private static char UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u' ? (char)ushort.Parse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : '\0';

    private static int Next(ReadOnlySpan<byte> json, int at)
    {
        var from = Math.Min(at + 2, json.Length);
        var found = json[from..].IndexOf((byte)'\\');
        return found < 0 ? -1 : from + found;
    }
}
