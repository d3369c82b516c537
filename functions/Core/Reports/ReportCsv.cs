using System.Buffers;
using System.Text;

namespace MarketingAutomation.Reports;

/// <summary>A report for spreadsheets and statistics programs, tidy: one number a row, rates as fractions of 1. Numbers that are not defined have no row.</summary>
/// <remarks>Quoted as in RFC 4180; lines end in LF.</remarks>
public static class ReportCsv
{
    private static readonly SearchValues<char> MustQuote = SearchValues.Create(",\"\r\n");

    public static string Of(Report report)
    {
        var text = new StringBuilder("journey,arm,step,metric,reason,value\n");
        foreach (var journey in report.Journeys)
            foreach (var row in Rows(journey).Where(row => row.Value is not null))
                text.AppendJoin(',', new[] { journey.Journey, row.Arm, row.Step, row.Metric, row.Reason, row.Value! }.Select(Quoted)).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<Row> Rows(JourneyReport journey) => Rows(journey.Treated).Select(row => row with { Arm = "treated" })
        .Concat(Rows(journey.Holdout).Select(row => row with { Arm = "holdout" }))
        .Concat(Rows(journey.Uplift))
        .Concat(Rows(journey.Verdict))
        .Concat(Rows(journey.Split))
        .Concat(journey.Steps.SelectMany(step => Rows(step).Select(row => row with { Step = step.Step })))
        .Concat(journey.Exits.Select(exit => Count("exited", exit.Count) with { Reason = exit.Because }))
        .Append(Count("runsWithoutEntry", journey.WithoutEntry));

    private static IEnumerable<Row> Rows(ArmReport arm) =>
        [
            Count("entered", arm.Entered),
            Count("active", arm.Active),
            Count("converted", arm.Converted),
            Count("stillOpen", arm.StillOpen),
            new("value", ReportNumber.Raw(arm.Value)),
            Number("rate", arm.Rate),
            Number("rateLow", arm.RateInterval?.Low),
            Number("rateHigh", arm.RateInterval?.High),
        ];

    private static IEnumerable<Row> Rows(Comparison? uplift) =>
        [
            Number("difference", uplift?.Difference),
            Number("differenceLow", uplift?.DifferenceInterval.Low),
            Number("differenceHigh", uplift?.DifferenceInterval.High),
            Number("relative", uplift?.Relative),
            Number("relativeLow", uplift?.RelativeInterval?.Low),
            Number("relativeHigh", uplift?.RelativeInterval?.High),
            Number("incrementalConversions", uplift?.IncrementalConversions),
            Number("incrementalConversionsLow", uplift?.IncrementalInterval.Low),
            Number("incrementalConversionsHigh", uplift?.IncrementalInterval.High),
            Number("pValue", uplift?.PValue),
        ];

    private static IEnumerable<Row> Rows(Verdict verdict)
    {
        var name = verdict.GetType().Name;
        var wanting = verdict as Verdict.Inconclusive;
        return [new("verdict", char.ToLowerInvariant(name[0]) + name[1..]), Count("moreRuns", wanting?.MoreRuns), Number("toSee", wanting?.ToSee)];
    }

    private static IEnumerable<Row> Rows(SplitCheck? split) =>
        [Number("holdoutConfigured", split?.Configured), Number("holdoutObserved", split?.Observed), Number("splitPValue", split?.PValue)];

    private static IEnumerable<Row> Rows(StepReport step) =>
        [
            Count("sent", step.Sent),
            Count("skipped", step.Skipped),
            .. step.SkippedBecause.Select(skip => Count("skippedBecause", skip.Count) with { Reason = skip.Because }),
            Count("failed", step.Failed),
            Count("notAccepted", step.NotAccepted),
            Count("unknown", step.Unknown),
            Count("unresolved", step.Unresolved),
            Count("delivered", step.Delivered),
            Count("bounced", step.Bounced),
            Count("complained", step.Complained),
            Count("openedHuman", step.Opened.Human),
            Count("openedLikelyMachine", step.Opened.LikelyMachine),
            Count("openedMachine", step.Opened.Machine),
            Count("clickedHuman", step.Clicked.Human),
            Count("clickedLikelyMachine", step.Clicked.LikelyMachine),
            Count("clickedMachine", step.Clicked.Machine),
            Count("unsubscribed", step.Unsubscribed),
        ];

    private static Row Count(string metric, long? count) => new(metric, count is { } value ? ReportNumber.Raw(value) : null);

    private static Row Number(string metric, double? number) => new(metric, number is { } value ? ReportNumber.Raw(value) : null);

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(MustQuote) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private sealed record Row(string Metric, string? Value)
    {
        public string Arm { get; init; } = "";

        public string Step { get; init; } = "";

        public string Reason { get; init; } = "";
    }
}
