using System.Collections.Immutable;
using System.Text.Json;
using Scriban.Runtime;

namespace MarketingAutomation.Messages;

/// <summary>Turns traits and properties into what templates read. Blank text is nothing, so that <c>??</c> and <c>if</c> see it as missing.</summary>
internal static class TemplateData
{
    public static ScriptObject Of(ImmutableSortedDictionary<string, JsonElement> traits)
    {
        var data = new ScriptObject(traits.Count);
        foreach (var (name, value) in traits) data[name] = Of(value);
        data.IsReadOnly = true;
        return data;
    }

    public static object? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TextOf(value),
        JsonValueKind.Number => NumberOf(value),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => ArrayOf(value),
        JsonValueKind.Object => ObjectOf(value),
        _ => null,
    };

    public static ScriptObject ObjectOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return new();
        var data = new ScriptObject(value.GetPropertyCount());
        foreach (var property in value.EnumerateObject())
            if (NameOf(property) is { } name) data[name] = Of(property.Value);
        data.IsReadOnly = true;
        return data;
    }

    /// <summary>Names that are in a set read as true, all others as nothing.</summary>
    public static ScriptObject SetOf(IEnumerable<string>? names)
    {
        var set = new ScriptObject();
        foreach (var name in names ?? []) set[name] = true;
        set.IsReadOnly = true;
        return set;
    }

    private static ScriptArray ArrayOf(JsonElement value)
    {
        var list = new ScriptArray(value.GetArrayLength());
        foreach (var element in value.EnumerateArray()) list.Add(Of(element));
        list.IsReadOnly = true;
        return list;
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair is no text
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null; // nobody can write this name in a template
        }
    }

    // Decimal before double, so that 12.50 is shown as 12.50 and money is added exactly.
    private static object NumberOf(JsonElement value) =>
        value.TryGetInt64(out var whole) ? whole : value.TryGetDecimal(out var exact) ? exact : value.GetDouble();
}
