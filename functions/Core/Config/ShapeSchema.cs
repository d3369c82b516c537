using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MarketingAutomation.Config;

/// <summary>
/// Draws up the JSON Schema (draft 2020-12) of a record: what <see cref="ShapeReader"/> checks. What needs more than one
/// value to judge is left to <see cref="CatalogCheck"/>.
/// </summary>
public sealed class ShapeSchema
{
    private readonly JsonObject definitions = [];

    private ShapeSchema() { }

    public static JsonObject Of(Shape.Record root)
    {
        var schema = new ShapeSchema();
        var document = schema.Object(root, [("$schema", schema.Of(new Shape.Text()))]);
        document.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        document.Insert(1, "title", root.Name);
        if (schema.definitions.Count > 0) document["$defs"] = schema.definitions;
        return document;
    }

    private JsonObject Of(Shape shape) => shape switch
    {
        Shape.Text => new() { ["type"] = "string", ["pattern"] = "\\S" },
        Shape.Number => new() { ["type"] = "number" },
        Shape.Flag => new() { ["type"] = "boolean" },
        Shape.Span => new() { ["type"] = "string", ["pattern"] = IsoSpan.Pattern },
        Shape.LocalTime => new() { ["type"] = "string", ["pattern"] = Shape.LocalTime.Pattern },
        Shape.Instant => new() { ["type"] = "string", ["pattern"] = Shape.Instant.Pattern },
        Shape.Scalar => new() { ["type"] = Array(["string", "number", "boolean"]) },
        Shape.Choice choice => new() { ["enum"] = Array(choice.Names) },
        Shape.List list => new() { ["type"] = "array", ["items"] = Of(list.Item) },
        Shape.Map map => new() { ["type"] = "object", ["additionalProperties"] = Of(map.Value) },
        Shape.Record record => Reference(record.Name, () => Object(record, [])),
        Shape.Union union => Reference(union.Name, () => new() { ["oneOf"] = new JsonArray([.. union.Cases.Select(c => Object(c, []))]) }),
        _ => throw new UnreachableException($"No schema for {shape.GetType().Name}"),
    };

    private JsonObject Reference(string name, Func<JsonObject> define)
    {
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = null; // its place, so that what refers back to it while it is defined finds it taken
            definitions[name] = define();
        }
        return new() { ["$ref"] = $"#/$defs/{name}" };
    }

    private JsonObject Object(Shape.Record record, IEnumerable<(string Name, JsonObject Schema)> extra)
    {
        JsonObject properties = [];
        foreach (var (name, value) in extra) properties[name] = value;
        foreach (var property in record.Properties) properties[property.Name] = Described(property);
        JsonObject schema = new() { ["type"] = "object", ["properties"] = properties };
        if (record.Properties.Where(p => p.IsRequired).Select(p => p.Name).ToArray() is [_, ..] required) schema["required"] = Array(required);
        schema["additionalProperties"] = false;
        return schema;
    }

    private JsonObject Described(Property property)
    {
        var schema = Of(property.Shape);
        if (property.Range is var (least, most)) (schema["minimum"], schema["maximum"]) = (least, most);
        if (property.Description is { } description) schema["description"] = description;
        return schema;
    }

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(value => JsonValue.Create(value))];
}
