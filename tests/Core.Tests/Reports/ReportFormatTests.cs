using System.Text.Json;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Tracking;
using static MarketingAutomation.Reports.SampleFacts;

namespace MarketingAutomation.Reports;

public class ReportFormatTests
{
    private static readonly ReportQuery Query = new(Monday.AddDays(8), null, Monday, Monday.AddDays(30))
    {
        Plans = new Dictionary<string, JourneyPlan>
        {
            ["cart"] = new(0.5, ["reminder", "last-call"]),
            ["idle"] = new(0, ["hello"]),
            ["welcome"] = new(0.1, ["first"]),
        },
    };

    [Fact]
    public void The_text_report_reads_as_approved() => Golden.Match("report.txt", ReportText.Of(Sample()));

    [Fact]
    public void The_json_report_reads_as_approved() => Golden.Match("report.json", ReportJson.Of(Sample()));

    [Fact]
    public void The_csv_report_reads_as_approved() => Golden.Match("report.csv", ReportCsv.Of(Sample()));

    [Fact]
    public void No_line_of_the_text_report_is_longer_than_100_columns() => AnyRuns.Sample(runs =>
        ReportText.Of(Report.Of(runs.SelectMany(run => run), new(Monday.AddDays(20)))).Split('\n').All(line => line.Length <= 100), iter: 100);

    [Fact]
    public void Long_names_are_cut_in_the_text_report_only()
    {
        var name = new string('x', 300);
        var run = Entered("a", journey: name);
        var report = Report.Of([run, Settled(run, name, "skipped", name), Exited(run, name)], Query with { Plans = new Dictionary<string, JourneyPlan>() });
        Assert.All(ReportText.Of(report).Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains(name, ReportCsv.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_cells_with_commas_quotes_or_line_breaks_are_quoted()
    {
        var run = Entered("a");
        Assert.Contains("welcome,,,exited,\"said \"\"no, thanks\"\"\n\",1\n", ReportCsv.Of(Report.Of([run, Exited(run, "said \"no, thanks\"\n")], new(Monday.AddDays(9)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_verdict_has_its_sentence_and_its_name()
    {
        var split = new SplitCheck(0.1, 0.2, 0.00001);
        var cases = typeof(Verdict).GetNestedTypes();
        Verdict[] all = [new Verdict.NoHoldout(), new Verdict.NoGoal(), new Verdict.NotTrustworthy(split), new Verdict.Inconclusive(1200, 0.01), new Verdict.Inconclusive(0, 0.01), new Verdict.Better(), new Verdict.Worse()];
        Assert.Equal(cases.Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))), all.Select(verdict => verdict.GetType()).Distinct().OrderBy(type => type.Name, StringComparer.Ordinal));
        Assert.Equal(all.Length, all.Select(verdict => ReportText.Of(verdict)).Distinct().Count());
        Assert.Equal("Inconclusive: needs about 1,200 more runs to see a difference of 1.00 points.", ReportText.Of(all[3]));
    }

    [Fact]
    public void The_json_report_says_the_same_as_the_records()
    {
        using var json = JsonDocument.Parse(ReportJson.Of(Sample()));
        var cart = json.RootElement.GetProperty("journeys")[0];
        Assert.Equal("cart", cart.GetProperty("journey").GetString());
        Assert.Equal(60, cart.GetProperty("treated").GetProperty("entered").GetInt64());
        Assert.Equal("better", cart.GetProperty("verdict").GetProperty("is").GetString());
    }

    private static Report Sample() => Report.Of([.. Cart(), .. Welcome()], Query);

    // 120 runs, half held out; the messages work.
    private static IEnumerable<Fact> Cart() => Enumerable.Range(0, 120).SelectMany(i =>
    {
        var run = Entered($"cart{i}", i < 60 ? Arm.Treated : Arm.Holdout, "cart", day: i % 3);
        List<Fact> facts = [run];
        if (i is < 45 or (>= 60 and < 75)) facts.Add(Converted(run, 19.90m + i));
        if (i % 4 != 0) facts.Add(Exited(run, i % 2 == 0 ? "bought" : "end"));
        if (run.Arm == Arm.Holdout) return facts;
        facts.AddRange((i % 10) switch
        {
            0 => [Settled(run, "reminder", "skipped", "no consent")],
            1 => [Settled(run, "reminder", "skipped", "suppressed, hard bounce")],
            2 => [Settled(run, "reminder", "sent"), Settled(run, "reminder", "bounced", "mailbox full")],
            3 => [Settled(run, "reminder", "failed", "rejected 550")],
            4 => [Settled(run, "reminder", "unknown", "connection lost"), .. i switch { 14 or 24 => [Settled(run, "reminder", "failed", Reconciling.NotAccepted, 25)], 34 => [Settled(run, "reminder", Reconciling.Unresolved, hours: 73)], _ => Array.Empty<Fact>() }],
            _ => [Settled(run, "reminder", "sent"), Settled(run, "reminder", "delivered"), Hit(run, "reminder", HitKind.Open, i % 3 == 0 ? HitBy.Machine : HitBy.Human)],
        });
        if (i % 10 == 5) facts.AddRange([Hit(run, "reminder", HitKind.Click, HitBy.LikelyMachine), Hit(run, "reminder", HitKind.Click, HitBy.Human), Unsubscribed(run, "reminder")]);
        if (i % 10 > 6) facts.AddRange([Settled(run, "last-call", "sent", hours: 20), Settled(run, "last-call", "complained", hours: 30)]);
        return facts;
    });

    // Three runs of a journey without enough to say.
    private static IEnumerable<Fact> Welcome()
    {
        Fact.Entered a = Entered("a"), b = Entered("b", day: 4), c = Entered("c", Arm.Holdout);
        return [a, b, c, Settled(a, "first", "sent"), Settled(b, "first", "sent"), Converted(a, 1234.5m), Exited(c, "end"), Exited(Entered("untold"), "end")];
    }
}
