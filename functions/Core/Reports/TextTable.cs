using System.Text;

namespace MarketingAutomation.Reports;

/// <summary>Plain columns for terminals: names to the left, numbers to the right.</summary>
/// <param name="names">So many leading columns hold names.</param>
internal sealed class TextTable(int names, params string[] header)
{
    private const int Width = 100, Gap = 2;
    private readonly List<string[]> rows = [header];

    public TextTable Add(params string[] cells)
    {
        rows.Add(cells);
        return this;
    }

    /// <summary>No line is longer than 100 characters as long as the numbers leave the first column ten; long names end in "…".</summary>
    public override string ToString()
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        widths[0] = Math.Min(widths[0], Math.Max(10, Width - widths.Skip(1).Sum(width => width + Gap)));
        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(string.Join(new string(' ', Gap), row.Select((cell, column) => Cell(cell, widths[column], column < names))).TrimEnd()).Append('\n');
        return text.ToString();
    }

    private static string Cell(string text, int width, bool left) => Elided(text, width) is var cell && left ? cell.PadRight(width) : cell.PadLeft(width);

    public static string Elided(string text, int width) =>
        text.Length <= width ? text
        : char.IsHighSurrogate(text[width - 2]) ? text[..(width - 2)] + "…"
        : text[..(width - 1)] + "…";
}
