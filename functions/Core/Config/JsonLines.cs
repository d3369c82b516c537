using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>Where in a JSON text each value stands.</summary>
public static class JsonLines
{
    /// <returns>By path, the line counted from 1 on which the value or its property name begins; the last one where a name is written twice.</returns>
    /// <exception cref="JsonException">It is not JSON, or a string holds half of a character.</exception>
    public static Dictionary<string, int> Of(ReadOnlySpan<byte> utf8)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new Stack<Open>();
        var reader = new Utf8JsonReader(utf8);
        string at = JsonPath.Root, name = at;
        for (int line = 1, seen = 0; reader.Read(); seen = (int)reader.TokenStartIndex)
        {
            line += utf8[seen..(int)reader.TokenStartIndex].Count((byte)'\n');
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                open.Pop();
                continue;
            }
            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                name = JsonPath.Child(open.Peek().Path, TextOf(ref reader, line));
                lines[name] = line;
                continue;
            }
            at = Next(open, name);
            lines.TryAdd(at, line);
            if (reader.TokenType is JsonTokenType.String) TextOf(ref reader, line);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) open.Push(new(at, reader.TokenType is JsonTokenType.StartArray));
        }
        return lines;
    }

    private static string Next(Stack<Open> open, string name) =>
        open.TryPeek(out var parent) && parent.IsList ? JsonPath.Item(parent.Path, parent.Items++) : name;

    private static string TextOf(ref Utf8JsonReader reader, int line)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException fault) // documented for an escaped surrogate without its other half
        {
            throw new JsonException("A \\u escape gives only half of a character.", null, line - 1, null, fault);
        }
    }

    /// <summary>An object or list that has begun and not ended.</summary>
    private sealed class Open(string path, bool isList)
    {
        public string Path => path;

        public bool IsList => isList;

        /// <summary>So many items of a list have begun.</summary>
        public int Items { get; set; }
    }
}
