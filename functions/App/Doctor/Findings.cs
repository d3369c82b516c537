using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace MarketingAutomation.Doctor;

/// <summary>Writes findings for people and for programs.</summary>
internal static class Findings
{
    private const int Width = 120;

    public static bool Block(IReadOnlyList<Finding> findings) => findings.Any(finding => finding.Severity == Severity.Blocking);

    // For terminals and files, never inside HTML: quotes and backticks stay as they are.
    private static readonly FindingJson Json = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string ToJson(IReadOnlyList<Finding> findings) => JsonSerializer.Serialize(findings, Json.IReadOnlyListFinding) + "\n";

    /// <summary>A table without colours, 120 characters wide, and a last line that counts.</summary>
    public static string ToText(IReadOnlyList<Finding> findings)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = true;
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("check").NoWrap()).AddColumn(new TableColumn("").NoWrap()).AddColumn("what").AddColumn("what to do");
        foreach (var finding in findings) table.AddRow(new Text(finding.Check), new Text(Word(finding.Severity)), new Text(finding.What), new Text(finding.Do));
        console.Write(table);
        var lines = text.ToString().Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => line.Length == 0);
        return string.Join('\n', lines).TrimEnd() + $"\n\n{Count(findings)}\n";
    }

    private static string Word(Severity severity) => severity switch { Severity.Fine => "fine", Severity.Warning => "warning", _ => "BLOCKS" };

    private static string Count(IReadOnlyList<Finding> findings)
    {
        var (blocking, warnings) = (findings.Count(finding => finding.Severity == Severity.Blocking), findings.Count(finding => finding.Severity == Severity.Warning));
        return (blocking, warnings) switch
        {
            (0, 0) => "All fine.",
            (0, _) => $"Works; {warnings} warning{(warnings == 1 ? "" : "s")}.",
            _ => $"{blocking} thing{(blocking == 1 ? "" : "s")} to mend first, {warnings} warning{(warnings == 1 ? "" : "s")}.",
        };
    }
}

[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class FindingJson : JsonSerializerContext;
