using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>A JSON text that knows the line of every value in it.</summary>
public sealed class JsonText
{
    private readonly Dictionary<string, int> lines;

    private JsonText(string file, JsonElement root, Dictionary<string, int> lines) => (File, Root, this.lines) = (file, root, lines);

    /// <summary>Path in the config folder.</summary>
    public string File { get; }

    public JsonElement Root { get; }

    /// <summary>One of the two is null: the text, or what is wrong with its syntax.</summary>
    public static (JsonText? Json, Finding? Fault) Parse(string file, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            var lines = JsonLines.Of(utf8);
            return (new JsonText(file, JsonElement.Parse(utf8), lines), null);
        }
        catch (JsonException fault)
        {
            return (null, new Finding(file, null, (int)(fault.LineNumber ?? 0) + 1, JsonSyntax.Explain(text, fault)));
        }
    }

    public Finding At(string path, string what) => new(File, path, LineOf(path), what);

    // Something that is missing is looked for where it would be.
    private int LineOf(string path) => lines.TryGetValue(path, out var line) ? line : LineOf(JsonPath.Parent(path));
}
