using System.CommandLine;

namespace MarketingAutomation.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string> Config() => new("--config") { Description = "Folder with segments, journeys, messages and policy.json.", DefaultValueFactory = _ => Settings.Text(Settings.Config) ?? (Directory.Exists("functions/config") ? "functions/config" : "config") };

    public static Option<string> Data() => new("--data") { Description = "Folder for the database and what is sent; made where missing.", DefaultValueFactory = _ => Settings.Text(Settings.Data) ?? "data" };

    public static Option<string> Mapping() => new("--mapping") { Description = "JSON file that says what the columns mean.", Required = true };

    public static Option<int> Port() => new("--port") { Description = "Port to listen on, on this machine only.", DefaultValueFactory = _ => 7071 };

    public static Option<DateTimeOffset?> Instant(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, null, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out var instant)) return instant;
            result.AddError($"{name} is no date: write 2026-01-31 or 2026-01-31T12:00:00Z.");
            return null;
        },
    };

    public static Option<ReportFormat> Format() => new("--format") { Description = "How to write the report: text, json or csv.", DefaultValueFactory = _ => ReportFormat.Text };
}

internal enum ReportFormat { Text, Json, Csv }
