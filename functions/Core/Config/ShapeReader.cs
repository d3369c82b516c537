using System.Collections;
using System.Diagnostics;
using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>
/// Reads a JSON value into its record and collects everything that is wrong with it. It goes on after a problem, past a
/// misspelt name for instance, so that one look finds all of them.
/// </summary>
public sealed class ShapeReader(JsonText json)
{
    private readonly List<Finding> findings = [];
    private readonly List<Part> parts = [];

    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Every record, list and map that could be read, inner ones first, also inside a record that could not.</summary>
    public IReadOnlyList<Part> Parts => parts;

    /// <returns>The record, or null where a finding says why not.</returns>
    public object? Read(Shape shape) => Read(shape, json.Root, JsonPath.Root);

    private object? Read(Shape shape, JsonElement value, string path) => (shape, value.ValueKind) switch
    {
        (Shape.Text, JsonValueKind.String) => NotBlank(value.GetString()!, path),
        (Shape.Number, JsonValueKind.Number) => Number(value, path),
        (Shape.Flag, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (Shape.Span, JsonValueKind.String) => Span(value.GetString()!, path),
        (Shape.Choice choice, JsonValueKind.String) => Choice(choice, value.GetString()!, path),
        (Shape.Scalar, JsonValueKind.Number) => Number(value, path) is null ? null : value,
        (Shape.Scalar, JsonValueKind.String or JsonValueKind.True or JsonValueKind.False) => value,
        (Shape.List list, JsonValueKind.Array) => List(list, value, path),
        (Shape.Map map, JsonValueKind.Object) => Map(map, value, path),
        (Shape.Record record, JsonValueKind.Object) => Record(record, value, path),
        (Shape.Union union, JsonValueKind.Object) => Union(union, value, path),
        (_, JsonValueKind.Null) => Wrong(path, $"is null: leave the property out or make it {shape.Says}"),
        _ => Wrong(path, $"is {Words.Kind(value)} but must be {shape.Says}"),
    };

    private object? NotBlank(string text, string path) => string.IsNullOrWhiteSpace(text) ? Wrong(path, "is empty: write some text or leave the property out") : text;

    private object? Number(JsonElement value, string path) =>
        value.TryGetDecimal(out var number) ? number : Wrong(path, "is too large or too long a number");

    private object? Span(string text, string path) => IsoSpan.TryParse(text, out var span, out var problem) ? span : Wrong(path, problem);

    private object? Choice(Shape.Choice choice, string name, string path) =>
        choice.Find(name) ?? Wrong(path, $"is \"{name}\" but must be {choice.Says}{Words.DidYouMean(name, choice.Names)}");

    private IList? List(Shape.List list, JsonElement value, string path)
    {
        var items = value.EnumerateArray().Index().Select(item => Read(list.Item, item.Item, JsonPath.Item(path, item.Index))).ToArray();
        if (items.Contains(null)) return null;
        var typed = Array.CreateInstance(list.Element, items.Length);
        Array.Copy(items, typed, items.Length);
        return Keep<IList>(typed, path);
    }

    private IDictionary? Map(Shape.Map map, JsonElement value, string path)
    {
        var typed = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), map.Element), StringComparer.Ordinal)!;
        foreach (var (name, (item, at)) in Once(value, path)) typed[name] = Read(map.Value, item, at);
        return typed.Values.Cast<object?>().Contains(null) ? null : Keep(typed, path);
    }

    private object? Union(Shape.Union union, JsonElement value, string path)
    {
        var given = Once(value, path, report: false);
        return union.Cases.Where(c => given.ContainsKey(c.Verb!)).ToArray() switch
        {
            [var only] => Record(only, value, path),
            [_, _, ..] several => Wrong(path, $"has {Words.List(several.Select(c => c.Verb!), "and")} but must have only one of them: split it in two"),
            [] when given.Keys.Select(name => Words.Nearest(name, union.Verbs)).FirstOrDefault(verb => verb is not null) is { } meant =>
                Record(union.Cases.First(c => c.Verb == meant), value, path), // which names the misspelt property
            [] => Wrong(path, $"must have one of {Words.List(union.Verbs)}"),
        };
    }

    private object? Record(Shape.Record record, JsonElement value, string path) => Build(record, Match(record, Once(value, path), path), path);

    private object? Build(Shape.Record record, Dictionary<string, (JsonElement Value, string Path)> given, string path)
    {
        var failed = false;
        var arguments = record.Parameters.Select(p =>
        {
            if (!p.IsInline && !p.IsRequired && !given.ContainsKey(p.Name)) return p.Default;
            var argument = p.IsInline ? Build((Shape.Record)p.Shape, given, path)
                : given.TryGetValue(p.Name, out var found) ? Read(p.Shape, found.Value, found.Path)
                : Wrong(path, $"misses \"{p.Name}\", which must be {p.Shape.Says}");
            failed |= argument is null;
            return argument;
        }).ToArray();
        return failed ? null : Keep(record.Create(arguments), path);
    }

    /// <summary>What is given for each property of the record; a misspelt name counts for the one it is close to.</summary>
    private Dictionary<string, (JsonElement, string)> Match(Shape.Record record, OrderedDictionary<string, (JsonElement Value, string Path)> given, string path)
    {
        var known = record.Properties.Select(p => p.Name).ToArray();
        var matched = given.Where(g => known.Contains(g.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, found) in given.Where(g => !known.Contains(g.Key)))
        {
            if (path == JsonPath.Root && name == "$schema") _ = Read(new Shape.Text(), found.Value, found.Path);
            else if (Words.Nearest(name, known.Where(n => !matched.ContainsKey(n))) is { } meant)
            {
                matched[meant] = found;
                Wrong(found.Path, $"is not a property here; did you mean \"{meant}\"?");
            }
            else Wrong(found.Path, $"is not a property here; known are {Words.List(known, "and")}");
        }
        return matched;
    }

    /// <summary>The properties of an object in their order; of one that is written twice, the last.</summary>
    private OrderedDictionary<string, (JsonElement Value, string Path)> Once(JsonElement value, string path, bool report = true)
    {
        var once = new OrderedDictionary<string, (JsonElement, string)>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            var at = JsonPath.Child(path, property.Name);
            if (once.ContainsKey(property.Name) && report) Wrong(at, "is written twice: keep one");
            once[property.Name] = (property.Value, at);
        }
        return once;
    }

    private object? Wrong(string path, string what)
    {
        findings.Add(json.At(path, what));
        return null;
    }

    private T Keep<T>(T value, string path) where T : class
    {
        parts.Add(new Part(json, path, value));
        return value;
    }
}
