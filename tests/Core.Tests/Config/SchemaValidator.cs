using System.Text.Json;
using System.Text.RegularExpressions;

namespace MarketingAutomation.Config;

/// <summary>JSON Schema as an editor would apply it, for the keywords our schemas use; any other is a failure of the test.</summary>
internal sealed class SchemaValidator(JsonElement root)
{
    public bool Accepts(JsonElement value) => Accepts(root, value);

    private bool Accepts(JsonElement schema, JsonElement value) => schema.EnumerateObject().All(keyword => keyword.Name switch
    {
        "$schema" or "$defs" or "title" or "description" or "required" or "properties" => true,
        "$ref" => Accepts(Referred(keyword.Value.GetString()!), value),
        "oneOf" => keyword.Value.EnumerateArray().Count(one => Accepts(one, value)) == 1,
        "enum" => keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
        "type" => keyword.Value.ValueKind is JsonValueKind.Array ? keyword.Value.EnumerateArray().Any(type => IsOf(type, value)) : IsOf(keyword.Value, value),
        "pattern" => value.ValueKind is not JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!, RegexOptions.ECMAScript),
        "minimum" => value.ValueKind is not JsonValueKind.Number || value.GetDecimal() >= keyword.Value.GetDecimal(),
        "maximum" => value.ValueKind is not JsonValueKind.Number || value.GetDecimal() <= keyword.Value.GetDecimal(),
        "items" => value.ValueKind is not JsonValueKind.Array || value.EnumerateArray().All(item => Accepts(keyword.Value, item)),
        "additionalProperties" => value.ValueKind is not JsonValueKind.Object || HasProperties(schema, keyword.Value, value),
        _ => throw new NotSupportedException(keyword.Name),
    });

    private bool HasProperties(JsonElement schema, JsonElement others, JsonElement value)
    {
        var known = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToDictionary(p => p.Name, p => p.Value) : [];
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];
        return required.All(name => value.TryGetProperty(name, out _))
            && value.EnumerateObject().All(p => known.TryGetValue(p.Name, out var own) ? Accepts(own, p.Value) : others.ValueKind is not JsonValueKind.False && Accepts(others, p.Value));
    }

    private JsonElement Referred(string reference) => root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);

    private static bool IsOf(JsonElement type, JsonElement value) => type.GetString() == value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ValueKind.ToString().ToLowerInvariant(),
    };
}
