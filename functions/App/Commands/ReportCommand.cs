using System.Collections.Immutable;
using System.CommandLine;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing report</c>: what journeys were worth.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var (data, config, format) = (CommonOptions.Data(), CommonOptions.Config(), CommonOptions.Format());
        data.Description = "Folder that serve, import or demo has filled; not looked at where MARKETING_STORAGE is set.";
        Option<string?> journey = new("--journey") { Description = "Only this journey, by the name of its file without .json." };
        var from = CommonOptions.Instant("--from", "Only runs entered at this instant or later (UTC).");
        var to = CommonOptions.Instant("--to", "Only runs entered before this instant (UTC).");
        var command = new Command("report", "Prints funnel, conversions with intervals, and uplift against the holdout, for each journey.") { data, config, journey, from, to, format };
        command.SetAction(async (parsed, ct) =>
        {
            if (parsed.GetValue(from) >= parsed.GetValue(to)) throw new CommandFault("No run can be entered at --from or later and before --to: --from must come first.");
            using var kept = await KeptData.OpenAsync(Settings.Read().Node(parsed.GetRequiredValue(data)), TimeProvider.System, ct);
            var catalog = ConfigFiles.Load(parsed.GetRequiredValue(config), 1, new([], [], new("http://localhost"))); // a report needs no secret
            if (parsed.GetValue(journey) is { } only && !catalog.Journeys.ContainsKey(only))
                throw new CommandFault($"There is no journey {only}; there are {string.Join(", ", catalog.Journeys.Keys)}.");
            var query = new ReportQuery(TimeProvider.System.GetUtcNow(), parsed.GetValue(journey), parsed.GetValue(from), parsed.GetValue(to));
            Console.Out.Write(Write(await BuildAsync(kept.Store, catalog, query, ct), parsed.GetRequiredValue(format)));
        });
        return command;
    }

    public static async Task<Report> BuildAsync(IPartitionStore store, Catalog catalog, ReportQuery query, CancellationToken ct)
    {
        var builder = new ReportBuilder(query with { Plans = catalog.Journeys.ToImmutableSortedDictionary(pair => pair.Key, pair => JourneyPlan.Of(pair.Value, catalog), StringComparer.Ordinal) });
        await foreach (var partition in FactRows.ReadAsync(store, query.Journey, query.From, query.To, ct)) builder.AddPartition(partition);
        var report = builder.Build();
        return report with { Journeys = [.. report.Journeys.Where(journey => journey.Treated.Entered + journey.Holdout.Entered > 0 || journey.Journey == query.Journey || !catalog.Rules.IsBroadcast(journey.Journey))] }; // no word of broadcasts that have not begun
    }

    public static string Write(Report report, ReportFormat format) => format switch
    {
        ReportFormat.Json => ReportJson.Of(report),
        ReportFormat.Csv => ReportCsv.Of(report),
        _ => ReportText.Of(report),
    };
}
