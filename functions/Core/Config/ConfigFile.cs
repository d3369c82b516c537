using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>One JSON file of the config folder, read as far as it can be.</summary>
/// <param name="Path">In the config folder.</param>
/// <param name="Id">What others call it by: its name without extension, or its folder's.</param>
/// <param name="Value">The record; null where a finding says why not.</param>
/// <param name="Json">Null where the syntax is wrong.</param>
/// <param name="Parts">What could be read, inner parts first.</param>
public sealed record ConfigFile(string Path, string Id, object? Value, JsonText? Json, IReadOnlyList<Part> Parts, IReadOnlyList<Finding> Findings)
{
    /// <typeparam name="T">The record it should hold.</typeparam>
    public static ConfigFile Read<T>(string path, string id, string text)
    {
        var (json, fault) = JsonText.Parse(path, text);
        if (json is null) return new(path, id, null, null, [], [fault!]);
        var reader = new ShapeReader(json);
        return new(path, id, reader.Read(Shapes.Of(typeof(T))), json, reader.Parts, reader.Findings);
    }

    /// <summary>The names in one of its maps, known even where what they stand for is wrong; null where there is no such map.</summary>
    public IEnumerable<string>? NamesIn(string map) =>
        Json?.Root is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(map, out var value) && value.ValueKind is JsonValueKind.Object
            ? value.EnumerateObject().Select(property => property.Name)
            : null;
}
