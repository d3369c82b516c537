using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>Says in one sentence why a text is not JSON.</summary>
public static class JsonSyntax
{
    public static string Explain(string text, JsonException fault)
    {
        if (string.IsNullOrWhiteSpace(text)) return "is empty: write a JSON object";
        var rest = From(text, fault);
        return (text[..^rest.Length].TrimEnd(), rest.TrimStart()) switch
        {
            (_, ['/', '/' or '*', ..]) => "has a comment, which JSON does not allow: put it into \"description\" or remove it",
            ([.., ','], ['}' or ']', ..]) => "has a comma with nothing after it: remove the comma",
            _ => $"is not JSON: {FirstSentences(fault.Message)}",
        };
    }

    // The text from the place of the fault on; empty at its end.
    private static string From(string text, JsonException fault)
    {
        var start = 0;
        for (var line = fault.LineNumber ?? 0; line > 0; line--) start = text.IndexOf('\n', start) + 1;
        var bytes = fault.BytePositionInLine ?? 0;
        while (bytes > 0 && start < text.Length) bytes -= text[start++] switch { < '\u0080' => 1, < '\u0800' => 2, >= '\ud800' and < '\ue000' => 2, _ => 3 };
        return text[start..];
    }

    // Without the reader's own word on line and position, which stand in front.
    private static string FirstSentences(string message) =>
        message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}
