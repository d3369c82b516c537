using System.Diagnostics;
using System.Text;
using static MarketingAutomation.Reports.ReportNumber;

namespace MarketingAutomation.Reports;

/// <summary>A report for people at a terminal: at most 100 columns, no colours.</summary>
public static class ReportText
{
    public static string Of(Report report)
    {
        var text = new StringBuilder($"{Entered(report)}\nAs of {Instant(report.AsOf)}; intervals are 95 %, good for a single look\n");
        foreach (var journey in report.Journeys) text.Append('\n').Append(Of(journey));
        if (report.Journeys.Count == 0) text.Append("\nNo journeys.\n");
        return text.ToString();
    }

    /// <summary>The verdict in a sentence or two, with the numbers it rests on.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.NoHoldout => "No verdict: all runs are in one arm; a \"holdout\" in the journey gives something to compare with.",
        Verdict.NoGoal => "No verdict: the journey has no goal.",
        Verdict.NotTrustworthy { Split: var split } => $"Not trustworthy: arms are not split as configured: {Percent(split.Observed)} held out, not {Percent(split.Configured)} (p {Chance(split.PValue)}).\n"
            + "  If the holdout was changed, look only at runs entered since; otherwise trust no comparison of these.",
        Verdict.Inconclusive { MoreRuns: 0 } wanting => $"Inconclusive, though there are enough runs to see a difference of {Points(wanting.ToSee)[1..]} points: it is likely smaller.",
        Verdict.Inconclusive wanting => $"Inconclusive: needs about {Count(wanting.MoreRuns)} more runs to see a difference of {Points(wanting.ToSee)[1..]} points.",
        Verdict.Better => "Better than no message.",
        Verdict.Worse => "Worse than no message.",
        _ => throw new UnreachableException(),
    };

    private static string Entered(Report report) => (report.From, report.To) switch
    {
        (null, null) => "All runs",
        ({ } from, null) => $"Runs entered from {Instant(from)}",
        (null, { } to) => $"Runs entered before {Instant(to)}",
        ({ } from, { } to) => $"Runs entered from {Instant(from)} until before {Instant(to)}",
    };

    private static string Of(JourneyReport journey)
    {
        var text = new StringBuilder(TextTable.Elided(journey.Journey, 100)).Append('\n').Append('-', Math.Min(100, journey.Journey.Length)).Append('\n');
        if (journey.WithoutEntry > 0) text.Append($"Runs whose entry has not been told yet, in no number below: {Count(journey.WithoutEntry)}\n");
        if (journey.Treated.Entered + journey.Holdout.Entered == 0) return text.Append("No runs.\n").ToString();
        text.Append(Arms(journey)).Append('\n').Append(Of(journey.Verdict)).Append('\n');
        if (journey.Uplift is { } uplift) text.Append(Of(uplift));
        if (journey.Steps.Count > 0) text.Append('\n').Append(Deliveries(journey.Steps)).Append('\n').Append(Responses(journey.Steps));
        var doubts = journey.Steps.SelectMany(Doubts).Where(doubt => doubt.Count > 0).ToList();
        if (doubts.Count > 0) text.Append('\n').Append(Reasons(new(2, "in doubt at", "what became of it", "deliveries"), doubts));
        var skips = journey.Steps.SelectMany(step => step.SkippedBecause.Select(skip => (step.Step, skip.Because, skip.Count))).ToList();
        if (skips.Count > 0) text.Append('\n').Append(Reasons(new(2, "skipped at", "because", "deliveries"), skips));
        if (journey.Exits.Count > 0) text.Append('\n').Append(Exits(journey.Exits));
        return text.ToString();
    }

    private static TextTable Arms(JourneyReport journey)
    {
        var table = new TextTable(1, "arm", "entered", "active", "converted", "rate", "interval", "still open", "value");
        foreach (var (name, arm) in new[] { ("treated", journey.Treated), ("holdout", journey.Holdout) })
            table.Add(name, Count(arm.Entered), Count(arm.Active), Count(arm.Converted), Rate(arm.Rate), Range(arm.RateInterval), Count(arm.StillOpen), Amount(arm.Value));
        return table;
    }

    private static string Of(Comparison uplift)
    {
        var relative = uplift.Relative is { } change ? Change(change) : "–";
        var range = uplift.RelativeInterval is { } of ? $"  ({Change(of.Low)} to {Change(of.High)})" : "";
        return $"  uplift       {Points(uplift.Difference)} points  ({Points(uplift.DifferenceInterval.Low)} to {Points(uplift.DifferenceInterval.High)}), p {Chance(uplift.PValue)}\n"
            + $"  relative     {relative}{range}\n"
            + $"  incremental  {Count(uplift.IncrementalConversions)}  ({Count(uplift.IncrementalInterval.Low)} to {Count(uplift.IncrementalInterval.High)}) conversions\n";
    }

    private static TextTable Deliveries(IReadOnlyList<StepReport> steps)
    {
        var table = new TextTable(1, "step", "sent", "skipped", "failed", "unknown", "delivered", "bounced", "complained");
        foreach (var step in steps)
            table.Add(step.Step, Count(step.Sent), Count(step.Skipped), Count(step.Failed), Count(step.Unknown), step.Delivered is { } delivered ? Count(delivered) : "–", Count(step.Bounced), Count(step.Complained));
        return table;
    }

    private static TextTable Responses(IReadOnlyList<StepReport> steps)
    {
        var table = new TextTable(2, "step", "response", "people", "of", "rate", "interval", "likely machine", "machine");
        foreach (var step in steps)
        {
            table.Add(Response(step, "opened", step.Opened.Human, step.Opened));
            table.Add(Response(step, "clicked", step.Clicked.Human, step.Clicked));
            table.Add(Response(step, "unsubscribed", step.Unsubscribed, null));
        }
        return table;
    }

    private static string[] Response(StepReport step, string what, long people, Touches? touches) =>
        [
            step.Step, what, Count(people), $"{Count(step.Reached)} {(step.Delivered is null ? "sent" : "delivered")}",
            Rate(step.Reached == 0 ? null : people / (double)step.Reached),
            Range(step.Reached == 0 ? null : Rates.Wilson(people, step.Reached)),
            touches is null ? "" : Count(touches.LikelyMachine), touches is null ? "" : Count(touches.Machine),
        ];

    private static IEnumerable<(string Step, string Because, long Count)> Doubts(StepReport step) =>
        [(step.Step, "failed: not accepted", step.NotAccepted), (step.Step, "unknown: still asked about", step.Unknown - step.Unresolved), (step.Step, "unknown: unresolved", step.Unresolved)];

    private static TextTable Reasons(TextTable table, IEnumerable<(string Step, string Because, long Count)> reasons) =>
        reasons.Aggregate(table, (rows, row) => rows.Add(row.Step, TextTable.Elided(row.Because, 40), Count(row.Count)));

    private static TextTable Exits(IEnumerable<Reason> exits) =>
        exits.Aggregate(new TextTable(1, "exited because", "runs"), (rows, exit) => rows.Add(exit.Because, Count(exit.Count)));

    private static string Rate(double? rate) => rate is { } value ? Percent(value) : "–";

    private static string Range(Interval? interval) => interval is { } value ? Percent(value) : "–";
}
