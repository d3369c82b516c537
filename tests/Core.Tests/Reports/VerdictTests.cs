namespace MarketingAutomation.Reports;

public class VerdictTests
{
    [Fact]
    public void Clearly_more_conversions_are_better() => Assert.Equal(new Verdict.Better(), Of(new(540, 9000), new(20, 1000)));

    [Fact]
    public void Clearly_fewer_conversions_are_worse() => Assert.Equal(new Verdict.Worse(), Of(new(300, 9000), new(80, 1000)));

    [Fact]
    public void A_difference_that_may_be_none_says_how_many_runs_would_tell()
    {
        var verdict = Assert.IsType<Verdict.Inconclusive>(Of(new(12, 100), new(5, 100)));
        Assert.Equal(0.07, verdict.ToSee, 12);
        Assert.Equal(2 * Rates.SampleSizePerArm(0.05, 0.07) - 200, verdict.MoreRuns, 1.0);
    }

    [Fact]
    public void Without_any_difference_the_smallest_one_worth_seeing_says_how_many_runs()
    {
        var verdict = Assert.IsType<Verdict.Inconclusive>(Of(new(50, 1000), new(50, 1000)));
        Assert.Equal(0.01, verdict.ToSee);
        Assert.Equal(2 * Rates.SampleSizePerArm(0.05, 0.01) - 2000, verdict.MoreRuns, 1.0);
    }

    [Fact]
    public void Enough_runs_without_a_difference_ask_for_no_more() =>
        Assert.Equal(new Verdict.Inconclusive(0, 0.01), Of(new(50_000, 1_000_000), new(50_000, 1_000_000)));

    [Fact]
    public void Nobody_converting_still_says_how_many_runs() =>
        Assert.True(Assert.IsType<Verdict.Inconclusive>(Of(new(0, 90), new(0, 10))).MoreRuns > 500);

    [Fact]
    public void Too_few_conversions_prove_nothing_however_far_apart()
    {
        Proportion treated = new(4, 4), holdout = new(0, 4);
        Assert.True(Rates.Newcombe(treated, holdout).Low > 0);
        Assert.True(Assert.IsType<Verdict.Inconclusive>(Of(treated, holdout)).MoreRuns > 0);
    }

    [Fact]
    public void Swapping_the_arms_turns_the_verdict_round() => AnyPair.Sample((treated, holdout) => (Of(treated, holdout), Of(holdout, treated)) switch
    {
        (Verdict.Better, Verdict.Worse) or (Verdict.Worse, Verdict.Better) or (Verdict.Inconclusive, Verdict.Inconclusive) => true,
        _ => false,
    });

    [Fact]
    public void An_inconclusive_difference_worth_seeing_always_asks_for_more() => AnyPair.Sample((treated, holdout) =>
        Of(treated, holdout) is not Verdict.Inconclusive wanting || wanting.MoreRuns > 0 || Math.Abs(treated.Value - holdout.Value) < 0.01);

    private static readonly Gen<(Proportion, Proportion)> AnyPair = Gen.Select(AnyProportion(), AnyProportion());

    private static Gen<Proportion> AnyProportion() => Gen.Int[1, 20_000].SelectMany(trials => Gen.Int[0, trials].Select(hits => new Proportion(hits, trials)));

    private static Verdict Of(Proportion treated, Proportion holdout) => Verdict.Of(Comparison.Of(treated, holdout), treated, holdout, 0.01);
}
