using System.Text;

namespace MarketingAutomation.Collect;

/// <summary>Text with the names of columns in braces, such as <c>cart {cart_id}</c>; <c>{{</c> and <c>}}</c> stand for the braces themselves.</summary>
public sealed class RowTemplate
{
    private readonly IReadOnlyList<(string Literal, string? Column)> parts;

    private RowTemplate(string source, IReadOnlyList<(string, string?)> parts) => (Source, this.parts) = (source, parts);

    /// <summary>As it was written.</summary>
    public string Source { get; }

    public IEnumerable<string> Columns => parts.Select(part => part.Column).OfType<string>();

    public static RowTemplate OfColumn(string column) => new($"{{{column}}}", [("", column)]);

    /// <returns>The template, or null and what is wrong with the text.</returns>
    public static (RowTemplate? Template, string? Problem) Parse(string text)
    {
        List<(string, string?)> parts = [];
        var literal = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '{' or '}' && at + 1 < text.Length && text[at + 1] == text[at]) literal.Append(text[at++]);
            else if (text[at] == '}') return (null, "has a } without its {; write }} for a brace that is text");
            else if (text[at] != '{') literal.Append(text[at]);
            else
            {
                var end = text.IndexOf('}', at);
                if (end < 0) return (null, "has a { without its }; write {{ for a brace that is text");
                var column = text[(at + 1)..end].Trim();
                if (column.Length == 0) return (null, "names no column between its braces");
                parts.Add((literal.ToString(), column));
                literal.Clear();
                at = end;
            }
        }
        if (literal.Length > 0) parts.Add((literal.ToString(), null));
        return (new(text, parts), null);
    }

    /// <param name="cell">The row's cell in a column; null or empty where there is none.</param>
    /// <returns>The text with its cells; empty where every cell it names is empty.</returns>
    public string Fill(Func<string, string?> cell)
    {
        if (parts is [("", { } only)]) return cell(only) ?? "";
        var text = new StringBuilder();
        bool asks = false, found = false;
        foreach (var (literal, column) in parts)
        {
            var value = column is null ? null : cell(column);
            asks |= column is not null;
            found |= !string.IsNullOrWhiteSpace(value);
            text.Append(literal).Append(value);
        }
        return asks && !found ? "" : text.ToString();
    }
}
