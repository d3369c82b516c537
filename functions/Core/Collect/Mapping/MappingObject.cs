using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Reads the properties of one JSON object of a mapping file and collects what is wrong with them.</summary>
internal sealed class MappingObject(string file, string path, JsonElement value, List<Problem> problems)
{
    public string Path => path;

    public JsonElement? Get(string name) => value.TryGetProperty(name, out var found) ? found : null;

    public bool Has(string name) => Get(name) is not null;

    /// <summary>Every other property is a problem.</summary>
    public void Only(params ReadOnlySpan<string> known)
    {
        foreach (var property in value.EnumerateObject())
            if (!known.Contains(property.Name)) Wrong(property.Name, $"is not a property here; known are {string.Join(", ", known!)}");
    }

    public void Not(string name, string why)
    {
        if (Has(name)) Wrong(name, why);
    }

    public string? Text(string name)
    {
        if (Get(name) is not { } found) return null;
        if (found.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(found.GetString())) return found.GetString();
        Wrong(name, "must be text");
        return null;
    }

    public bool Flag(string name, bool otherwise)
    {
        if (Get(name) is not { } found) return otherwise;
        if (found.ValueKind is JsonValueKind.True or JsonValueKind.False) return found.GetBoolean();
        Wrong(name, "must be true or false");
        return otherwise;
    }

    public int Count(string name)
    {
        if (Get(name) is not { } found) return 0;
        if (found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out var count) && count >= 0) return count;
        Wrong(name, "must be a whole number, at least 0");
        return 0;
    }

    /// <returns>The default where it is missing or wrong; <paramref name="required"/> says whether missing is wrong.</returns>
    public TEnum Choice<TEnum>(string name, bool required = true) where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToList();
        if (Get(name) is not { } found)
        {
            if (required) Wrong(name, $"is missing: write {string.Join(" or ", names)}");
            return default;
        }
        if (found.ValueKind == JsonValueKind.String && names.IndexOf(found.GetString()!) is >= 0 and var at) return Enum.GetValues<TEnum>()[at];
        Wrong(name, $"must be {string.Join(" or ", names)}");
        return default;
    }

    public RowTemplate? Template(string name) => Text(name) is { } text ? Template(name, text) : null;

    public RowTemplate? Template(string name, string text)
    {
        var (template, problem) = RowTemplate.Parse(text);
        if (problem is not null) Wrong(name, problem);
        return template;
    }

    public MappingObject Child(string name, JsonElement child) => new(file, $"{path}.{name}", child, problems);

    public MappingObject Item(string name, int index, JsonElement item) => new(file, $"{path}.{name}[{index}]", item, problems);

    public void Wrong(string name, string what) => problems.Add(new($"{file} {path}.{name}", what));

    public void Wrong(string what) => problems.Add(new($"{file} {path}", what));
}
