using System.CommandLine;
using System.Globalization;

namespace MarketingAutomation.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string> Config() => new("--config") { Description = "Folder with segments, journeys, messages and policy.json.", DefaultValueFactory = _ => Settings.Text(Settings.Config) ?? (Directory.Exists("functions/config") ? "functions/config" : "config") };

    public static Option<string> Data() => new("--data") { Description = "Folder for the database and what is sent; made where missing.", DefaultValueFactory = _ => Settings.Text(Settings.Data) ?? "data" };

    public static Option<string> Mapping() => new("--mapping") { Description = "JSON file that says what the columns mean.", Required = true };

    public static Option<int> Port() => Number("--port", "Port to listen on, on this machine only.", 7071, 1, 65_535);

    /// <param name="least">Smallest that may be given.</param> <param name="most">Largest.</param>
    public static Option<int> Number(string name, string description, int otherwise, int least, int most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a number from {least} to {most}."));
            return otherwise;
        },
    };

    public static Option<DateTimeOffset?> Instant(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, null, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)) return instant;
            result.AddError($"{name} is no date: write 2026-01-31 or 2026-01-31T12:00:00Z.");
            return null;
        },
    };

    public static Option<ReportFormat> Format() => new("--format")
    {
        Description = "How to write the report.",
        HelpName = "text|json|csv",
        DefaultValueFactory = _ => ReportFormat.Text,
        CustomParser = result =>
        {
            if (Enum.GetValues<ReportFormat>().FirstOrDefault(format => format.ToString().Equals(result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase), (ReportFormat)(-1)) is >= 0 and var format) return format;
            result.AddError("--format is text, json or csv.");
            return default;
        },
    };
}

internal enum ReportFormat { Text, Json, Csv }
