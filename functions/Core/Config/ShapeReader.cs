using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MarketingAutomation.Config;

/// <summary>
/// Reads a JSON value into its record and collects everything that is wrong with it. It goes on after a problem, past a
/// misspelt name for instance, so that one look finds as many as can be.
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
        (Shape.LocalTime, JsonValueKind.String) => Time(value.GetString()!, shape, path),
        (Shape.Instant, JsonValueKind.String) => Instant(value.GetString()!, shape, path),
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

    private object? Time(string text, Shape shape, string path) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : Wrong(path, $"is \"{text}\" but must be {shape.Says}");

    private object? Instant(string text, Shape shape, string path) =>
        Regex.IsMatch(text, Shape.Instant.Pattern) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var instant) ? instant.ToUniversalTime() : Wrong(path, $"is \"{text}\" but must be {shape.Says}");

    private object? Choice(Shape.Choice choice, string name, string path) =>
        choice.Find(name) ?? Wrong(path, $"is \"{name}\" but must be {choice.Says}{Words.DidYouMean(name, choice.Names)}");

    private IList? List(Shape.List list, JsonElement value, string path)
    {
        List<object?> items = [];
        foreach (var item in value.EnumerateArray()) items.Add(Read(list.Item, item, JsonPath.Item(path, items.Count)));
        if (items.Contains(null)) return null;
        var typed = Array.CreateInstance(list.Element, items.Count);
        ((ICollection)items).CopyTo(typed, 0);
        return Keep<IList>(typed, path);
    }

    private IDictionary? Map(Shape.Map map, JsonElement value, string path)
    {
        var typed = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), map.Element), StringComparer.Ordinal)!;
        foreach (var given in Once(value, path)) typed[given.Name] = Read(map.Value, given.Value, given.Path);
        return typed.Values.Cast<object?>().Contains(null) ? null : Keep(typed, path);
    }

    private object? Union(Shape.Union union, JsonElement value, string path) =>
        union.Cases.Where(c => value.TryGetProperty(c.Verb!, out _)).ToArray() switch
        {
            [var only] => Record(only, value, path),
            [_, _, ..] several => Wrong(path, $"has {Words.List(several.Select(c => c.Verb!), "and")} but must have only one of them: split it in two"),
            [] when Misspelt(union, value) is { } meant => Record(meant, value, path), // which names the misspelt property
            [] => Wrong(path, $"must have one of {Words.List(union.Verbs)}"),
        };

    private static Shape.Record? Misspelt(Shape.Union union, JsonElement value)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (Words.Nearest(property.Name, union.Verbs) is { } verb) return union.Cases.First(c => c.Verb == verb);
        }
        return null;
    }

    private object? Record(Shape.Record record, JsonElement value, string path) => Build(record, Match(record, Once(value, path), path), path);

    private object? Build(Shape.Record record, Dictionary<string, Given> given, string path)
    {
        var failed = false;
        var arguments = record.Parameters.Select(p =>
        {
            if (!p.IsInline && !p.IsRequired && !given.ContainsKey(p.Name)) return p.Default;
            var argument = p.IsInline ? Build((Shape.Record)p.Shape, given, path)
                : given.TryGetValue(p.Name, out var found) ? InRange(p, Read(p.Shape, found.Value, found.Path), found.Path)
                : Wrong(path, $"misses \"{p.Name}\", which must be {p.Shape.Says}");
            failed |= argument is null;
            return argument;
        }).ToArray();
        return failed ? null : Keep(record.Create(arguments), path);
    }

    private object? InRange(Property property, object? value, string path) =>
        value is decimal number && property.Range is var (least, most) && (number < least || number > most)
            ? Wrong(path, $"is {number} but must be from {least} to {most}")
            : value;

    /// <summary>What is given for each property of the record; a misspelt name counts for the one it is close to.</summary>
    private Dictionary<string, Given> Match(Shape.Record record, List<Given> all, string path)
    {
        var known = record.Properties.Select(p => p.Name).ToArray();
        var matched = all.Where(given => known.Contains(given.Name)).ToDictionary(given => given.Name, StringComparer.Ordinal);
        foreach (var given in all.Where(given => !known.Contains(given.Name)))
        {
            if (path == JsonPath.Root && given.Name == "$schema") Read(new Shape.Text(), given.Value, given.Path);
            else if (Words.Nearest(given.Name, known.Where(name => !matched.ContainsKey(name))) is { } meant)
            {
                matched[meant] = given;
                Wrong(given.Path, $"is not a property here; did you mean \"{meant}\"?");
            }
            else Wrong(given.Path, $"is not a property here; known are {Words.List(known, "and")}");
        }
        return matched;
    }

    /// <summary>The properties of an object in their order; of one that is written twice, the last.</summary>
    private List<Given> Once(JsonElement value, string path)
    {
        List<Given> once = [];
        foreach (var property in value.EnumerateObject())
        {
            var given = new Given(property.Name, property.Value, JsonPath.Child(path, property.Name));
            if (once.RemoveAll(earlier => earlier.Name == given.Name) > 0) Wrong(given.Path, "is written twice: keep one");
            once.Add(given);
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

    private sealed record Given(string Name, JsonElement Value, string Path);
}
