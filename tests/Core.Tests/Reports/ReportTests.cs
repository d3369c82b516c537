using MarketingAutomation.Tracking;
using static MarketingAutomation.Reports.SampleFacts;

namespace MarketingAutomation.Reports;

public class ReportTests
{
    private static readonly ReportQuery Later = new(Monday.AddDays(60));

    [Fact]
    public void Every_run_counts_in_the_arm_it_was_assigned_to_whether_it_got_a_message_or_not()
    {
        Fact.Entered a = Entered("a"), b = Entered("b"), c = Entered("c", Arm.Holdout);
        var report = Only([a, Settled(a, "first", "skipped", "suppressed"), Converted(a, 20), b, c, Converted(c, 5)]);
        Assert.Equal((2, 1, 20m, 0.5), (report.Treated.Entered, report.Treated.Converted, report.Treated.Value, report.Treated.Rate!.Value));
        Assert.Equal((1, 1, 5m, 1.0), (report.Holdout.Entered, report.Holdout.Converted, report.Holdout.Value, report.Holdout.Rate!.Value));
        Assert.Equal(Rates.Wilson(1, 2), report.Treated.RateInterval);
    }

    [Fact]
    public void A_delivery_counts_once_whatever_was_told_of_it()
    {
        var a = Entered("a");
        var step = Only([a, Settled(a, "first", "unknown"), Settled(a, "first", "sent"), Settled(a, "first", "delivered"), Settled(a, "first", "complained"),
            Hit(a, "first", HitKind.Open, HitBy.Human), Hit(a, "first", HitKind.Open, HitBy.Machine), Hit(a, "first", HitKind.Click, HitBy.LikelyMachine), Unsubscribed(a, "first")]).Steps.Single();
        Assert.Equal((1, 0, 1, 1), (step.Sent, step.Unknown, step.Delivered!.Value, step.Complained));
        Assert.Equal((new Touches(1, 0, 1), new Touches(0, 1, 0), 1), (step.Opened, step.Clicked, step.Unsubscribed));
    }

    [Fact]
    public void A_channel_that_tells_of_no_arrival_is_rated_against_what_was_sent()
    {
        Fact.Entered a = Entered("a"), b = Entered("b");
        var step = Only([a, Settled(a, "first", "sent"), Hit(a, "first", HitKind.Open, HitBy.Human), b, Settled(b, "first", "sent")]).Steps.Single();
        Assert.Null(step.Delivered);
        Assert.Equal(2, step.Reached);
    }

    [Fact]
    public void A_click_proves_that_an_unknown_delivery_was_sent()
    {
        var a = Entered("a");
        var step = Only([a, Settled(a, "first", "unknown"), Hit(a, "first", HitKind.Click, HitBy.Human)]).Steps.Single();
        Assert.Equal((1, 0), (step.Sent, step.Unknown));
    }

    [Fact]
    public void Skips_and_exits_are_counted_by_reason_most_frequent_first()
    {
        Fact.Entered a = Entered("a"), b = Entered("b"), c = Entered("c");
        var report = Only([a, b, c, Settled(a, "first", "skipped", "no consent"), Settled(b, "first", "skipped", "suppressed"), Settled(c, "first", "skipped", "suppressed"),
            Exited(a, "ordered"), Exited(b, "done"), Exited(c, "done")]);
        Assert.Equal([new("suppressed", 2), new("no consent", 1)], report.Steps.Single().SkippedBecause);
        Assert.Equal([new("done", 2), new("ordered", 1)], report.Exits);
    }

    [Fact]
    public void A_run_may_still_convert_until_its_goal_window_ends_inclusive()
    {
        Fact.Entered waiting = Entered("a", day: 10), done = Entered("b", day: 10), missed = Entered("c", day: 9);
        Fact[] facts = [waiting, done, Converted(done), missed];
        Assert.Equal((3, 1, 1), At(17) is var arm ? (arm.Entered, arm.Converted, arm.StillOpen) : default);
        Assert.Equal(0, Report.Of(facts, new(Monday.AddDays(17).AddTicks(1))).Journeys.Single().Treated.StillOpen);

        ArmReport At(int day) => Report.Of(facts, new(Monday.AddDays(day))).Journeys.Single().Treated;
    }

    [Fact]
    public void Runs_belong_to_the_day_they_were_entered_from_inclusive_to_exclusive()
    {
        Fact.Entered before = Entered("a", day: 0), first = Entered("b", day: 1), last = Entered("c", day: 2), after = Entered("d", day: 3);
        var report = Only([before, first, last, after, Converted(before), Converted(first)], Later with { From = Monday.AddDays(1), To = Monday.AddDays(3) });
        Assert.Equal((2, 1), (report.Treated.Entered, report.Treated.Converted));
    }

    [Fact]
    public void Only_the_journey_asked_for_is_reported() =>
        Assert.Equal(["cart"], Report.Of([Entered("a"), Entered("b", journey: "cart")], Later with { Journey = "cart" }).Journeys.Select(journey => journey.Journey));

    [Fact]
    public void Steps_come_in_the_journeys_order_with_those_nobody_reached_and_then_those_it_lost()
    {
        var a = Entered("a");
        var plan = new JourneyPlan(0, ["zero", "alpha", "never"]);
        var report = Only([a, Settled(a, "alpha", "sent"), Settled(a, "gone", "sent"), Settled(a, "zero", "sent")], Later with { Plans = new Dictionary<string, JourneyPlan> { ["welcome"] = plan } });
        Assert.Equal(["zero", "alpha", "never", "gone"], report.Steps.Select(step => step.Step));
    }

    [Fact]
    public void A_planned_journey_nobody_entered_is_reported_as_such()
    {
        var report = Only([], Later with { Plans = new Dictionary<string, JourneyPlan> { ["welcome"] = new(0.1, ["first"]) } });
        Assert.Equal((0, 0), (report.Treated.Entered, report.Steps.Single().Sent));
        Assert.Null(report.Treated.Rate);
    }

    [Fact]
    public void A_run_whose_entry_was_not_told_is_mentioned_and_counted_nowhere_else()
    {
        Fact.Entered told = Entered("a"), untold = Entered("b");
        var report = Only([told, Settled(untold, "first", "sent"), Exited(untold, "done"), Converted(untold)]);
        Assert.Equal((1, 1, 0, 0), (report.WithoutEntry, report.Treated.Entered, report.Steps.Count, report.Exits.Count));
    }

    [Fact]
    public void Absurd_amounts_do_not_take_the_report_down()
    {
        Fact.Entered a = Entered("a"), b = Entered("b");
        Assert.Equal(decimal.MaxValue, Only([a, b, Converted(a, decimal.MaxValue), Converted(b, decimal.MaxValue)]).Treated.Value);
    }

    [Fact]
    public void Facts_may_come_in_any_order_and_twice() => Gen.Select(AnyRuns, Gen.Int).Sample((runs, seed) =>
    {
        var facts = runs.SelectMany(run => run).ToList();
        return ReportJson.Of(Report.Of(Shuffled(facts.Concat(facts.Take(seed & 31)), seed), Later)) == ReportJson.Of(Report.Of(facts, Later));
    }, iter: 300);

    [Fact]
    public void Reading_partition_by_partition_gives_the_same_report() => AnyRuns.Sample(runs =>
    {
        var builder = new ReportBuilder(Later);
        foreach (var partition in runs.Chunk(7)) builder.AddPartition(partition.SelectMany(run => run));
        return ReportJson.Of(builder.Build()) == ReportJson.Of(Report.Of(runs.SelectMany(run => run), Later));
    }, iter: 300);

    [Fact]
    public void A_report_as_of_a_past_day_is_the_report_of_that_day() => Gen.Select(AnyRuns, Gen.Int[0, 25]).Sample((runs, day) =>
    {
        var then = new ReportQuery(Monday.AddDays(day));
        var facts = runs.SelectMany(run => run).ToList();
        return ReportJson.Of(Report.Of(facts, then)) == ReportJson.Of(Report.Of(facts.Where(fact => fact.At <= then.AsOf), then));
    }, iter: 300);

    [Fact]
    public void Every_number_reconciles_with_the_facts() => AnyRuns.Sample(runs =>
    {
        var facts = runs.SelectMany(run => run).ToList();
        foreach (var journey in Report.Of(facts, Later).Journeys)
        {
            var own = facts.Where(fact => fact.Journey == journey.Journey).DistinctBy(fact => fact.Id).ToList();
            var arms = new[] { journey.Treated, journey.Holdout };
            Assert.Equal(own.OfType<Fact.Entered>().Count(), arms.Sum(arm => arm.Entered));
            Assert.Equal(own.OfType<Fact.Converted>().Count(), arms.Sum(arm => arm.Converted));
            Assert.Equal(own.OfType<Fact.Converted>().Sum(fact => fact.Value), arms.Sum(arm => arm.Value));
            Assert.Equal(arms.Sum(arm => arm.Entered), arms.Sum(arm => arm.Active) + journey.Exits.Sum(exit => exit.Count));
            Assert.Equal(own.OfType<Fact.Settled>().Select(fact => fact.Delivery).Distinct().Count(),
                journey.Steps.Sum(step => step.Sent + step.Skipped + step.Failed + step.Unknown) - Untold(own));
            Assert.All(journey.Steps, step => Assert.True(step.Reached <= step.Sent && step.Opened.Human <= step.Reached && step.Clicked.Human <= step.Reached && step.Unsubscribed <= step.Reached));
            Assert.All(journey.Steps, step => Assert.True(step.NotAccepted <= step.Failed && step.Unresolved <= step.Unknown));
            Assert.All(journey.Steps, step => Assert.Equal(step.Skipped, step.SkippedBecause.Sum(skip => skip.Count)));
        }
    }, iter: 300);

    [Fact]
    public void The_arms_are_compared_where_the_split_is_as_configured()
    {
        var report = Experiment(treated: 9000, treatedConverted: 540, holdout: 1000, holdoutConverted: 45, configured: 0.1);
        Assert.Equal(0.015, report.Uplift!.Difference, 12);
        Assert.Equal(135, report.Uplift.IncrementalConversions, 9);
        Assert.Equal(1 / 3.0, report.Uplift.Relative!.Value, 12);
        Assert.Equal(Rates.Newcombe(new(540, 9000), new(45, 1000)).Times(9000), report.Uplift.IncrementalInterval);
        Assert.False(report.Split!.IsBroken);
    }

    [Fact]
    public void A_split_that_is_not_as_configured_hides_the_result()
    {
        var report = Experiment(treated: 9100, treatedConverted: 900, holdout: 900, holdoutConverted: 20, configured: 0.1);
        Assert.Equal(0.09, Assert.IsType<Verdict.NotTrustworthy>(report.Verdict).Split.Observed);
        Assert.Null(report.Uplift);
    }

    [Fact]
    public void A_holdout_in_a_journey_that_should_have_none_hides_the_result() =>
        Assert.IsType<Verdict.NotTrustworthy>(Experiment(treated: 900, treatedConverted: 90, holdout: 100, holdoutConverted: 1, configured: 0).Verdict);

    [Fact]
    public void A_handful_of_runs_is_not_suspected_of_a_wrong_split() =>
        Assert.Null(Experiment(treated: 0, treatedConverted: 0, holdout: 2, holdoutConverted: 0, configured: 0.1).Split);

    [Fact]
    public void Without_holdout_there_is_no_verdict() =>
        Assert.Equal(new Verdict.NoHoldout(), Experiment(treated: 100, treatedConverted: 10, holdout: 0, holdoutConverted: 0, configured: 0).Verdict);

    [Fact]
    public void Without_goal_there_is_no_verdict() =>
        Assert.Equal(new Verdict.NoGoal(), Only([Entered("a", goalDays: null), Entered("b", Arm.Holdout, goalDays: null)]).Verdict);

    [Fact]
    public void A_smallest_effect_of_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new ReportBuilder(Later with { SmallestEffect = 0 }));

    private static JourneyReport Only(IEnumerable<Fact> facts, ReportQuery? query = null) => Report.Of(facts, query ?? Later).Journeys.Single();

    // Deliveries touched before any end of them was told: the touch proves that they were sent.
    private static int Untold(IReadOnlyCollection<Fact> facts) => facts.Select(fact => fact switch
    {
        Fact.Hit hit => hit.Delivery,
        Fact.Unsubscribed refused => refused.Delivery,
        _ => null,
    }).OfType<string>().Except(facts.OfType<Fact.Settled>().Select(fact => fact.Delivery)).Count();

    private static JourneyReport Experiment(int treated, int treatedConverted, int holdout, int holdoutConverted, double configured) => Only(
        Runs(Arm.Treated, treated, treatedConverted).Concat(Runs(Arm.Holdout, holdout, holdoutConverted)),
        Later with { Plans = new Dictionary<string, JourneyPlan> { ["welcome"] = new(configured, []) } });

    private static IEnumerable<Fact> Runs(Arm arm, int runs, int converted) => Enumerable.Range(0, runs).SelectMany(i =>
    {
        var entered = Entered($"{arm}{i}", arm);
        return i < converted ? [entered, Converted(entered, 10)] : new Fact[] { entered };
    });
}
