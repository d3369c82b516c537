namespace MarketingAutomation.Reports;

public class RatesTests
{
    private static readonly Gen<Proportion> AnyProportion = Gen.Int[1, 100_000].SelectMany(trials => Gen.Int[0, trials].Select(hits => new Proportion(hits, trials)));

    [Theory]
    [InlineData(0, 10, 0.0, 0.2775328)]
    [InlineData(1, 10, 0.017876213, 0.404150027)]
    [InlineData(10, 10, 0.7224672, 1.0)]
    [InlineData(5, 100, 0.021543679, 0.111750469)]
    [InlineData(45, 1000, 0.033799512, 0.059682838)]
    [InlineData(123, 4567, 0.022620022, 0.032039817)]
    [InlineData(0, 1, 0.0, 0.793450686)]
    [InlineData(1, 1, 0.206549314, 1.0)]
    public void Wilson_agrees_with_independent_numbers(long hits, long trials, double low, double high)
    {
        var interval = Rates.Wilson(hits, trials);
        Assert.Equal(low, interval.Low, 8);
        Assert.Equal(high, interval.High, 8);
    }

    [Theory]
    [InlineData(120, 1000, 90, 1000, 0.02865024, 0.003096, 0.05701, 0.029234, 0.727282)]
    [InlineData(200, 5000, 150, 5000, 0.00651541, 0.002795, 0.017263, 0.0829, 0.641682)]
    [InlineData(12, 100, 5, 100, 0.07592173, -0.009459, 0.153142, -0.122174, 5.561663)]
    [InlineData(530, 10000, 480, 9950, 0.12528711, -0.00133, 0.010854, -0.025916, 0.239137)]
    public void Two_rates_compare_as_independent_numbers_say(long x1, long n1, long x2, long n2, double p, double low, double high, double upliftLow, double upliftHigh)
    {
        Proportion a = new(x1, n1), b = new(x2, n2);
        Assert.Equal(p, Rates.PValue(a, b), 8);
        Assert.Equal(low, Rates.Newcombe(a, b).Low, 6);
        Assert.Equal(high, Rates.Newcombe(a, b).High, 6);
        Assert.Equal(upliftLow, Rates.Katz(a, b)!.Value.Low, 6);
        Assert.Equal(upliftHigh, Rates.Katz(a, b)!.Value.High, 6);
    }

    [Theory]
    [InlineData(5000, 5000, 0.5, 0.5, 1)]
    [InlineData(5200, 4800, 0.5, 0.5, 6.3342484e-05)]
    [InlineData(9010, 990, 0.9, 0.1, 0.73888268)]
    [InlineData(9100, 900, 0.9, 0.1, 0.00085812067)]
    [InlineData(50100, 49900, 0.5, 0.5, 0.52708926)]
    [InlineData(821588, 815482, 0.5, 0.5, 1.8217929e-06)]
    public void A_split_is_as_likely_as_independent_numbers_say(long a, long b, double weightOfA, double weightOfB, double p) =>
        Assert.Equal(1, Rates.SampleRatio([a, b], [weightOfA, weightOfB]) / p, 7);

    [Fact]
    public void Three_arms_are_checked_too() => Assert.Equal(0.36787944, Rates.SampleRatio([3400, 3300, 3300], [1, 1, 1]), 8);

    [Fact]
    public void A_run_in_an_arm_that_should_have_none_is_no_chance() => Assert.Equal(0, Rates.SampleRatio([1000, 1], [1, 0]));

    [Fact]
    public void An_arm_that_should_have_none_and_has_none_is_fine() => Assert.Equal(1, Rates.SampleRatio([1000, 0], [1, 0]));

    [Theory]
    [InlineData(0.05, 0.055, 31234)]
    [InlineData(0.1, 0.12, 3841)]
    [InlineData(0.02, 0.025, 13809)]
    public void Sample_sizes_agree_with_independent_numbers(double baseline, double other, long perArm)
    {
        Assert.Equal(perArm, Rates.SampleSizePerArm(baseline, other - baseline));
        Assert.Equal(perArm, Rates.SampleSizePerArm(other, baseline - other));
    }

    [Fact]
    public void The_sample_size_brings_the_promised_power()
    {
        const double treated = 0.09, holdout = 0.06, share = 0.2;
        var runs = Rates.SampleSize(treated, holdout, share);
        var seen = Simulate(2_000, treated, (int)(runs * (1 - share)), holdout, (int)(runs * share)).Count(pair => Rates.PValue(pair.A, pair.B) < 0.05);
        Assert.InRange(seen / 2_000.0, 0.77, 0.83);
    }

    [Fact]
    public void An_interval_of_a_rate_holds_the_rate_and_stays_within_0_and_1() => AnyProportion.Sample(p =>
    {
        var interval = Rates.Wilson(p.Hits, p.Trials);
        return interval.Contains(p.Value) && interval.Low >= 0 && interval.High <= 1;
    });

    [Fact]
    public void More_trials_at_the_same_rate_narrow_every_interval() => Gen.Select(AnyProportion, AnyProportion, Gen.Int[2, 50]).Sample((a, b, times) =>
    {
        Proportion moreA = new(a.Hits * times, a.Trials * times), moreB = new(b.Hits * times, b.Trials * times);
        return Width(Rates.Wilson(moreA.Hits, moreA.Trials)) < Width(Rates.Wilson(a.Hits, a.Trials))
            && Width(Rates.Newcombe(moreA, moreB)) < Width(Rates.Newcombe(a, b))
            && (Rates.Katz(a, b) is not { } relative || (a.Value == 1 && b.Value == 1) || Width(Rates.Katz(moreA, moreB)!.Value) < Width(relative));
    });

    [Fact]
    public void One_hit_more_moves_both_bounds_up() => Gen.Int[1, 100_000].SelectMany(trials => Gen.Int[0, trials - 1].Select(hits => (hits, trials))).Sample(p =>
    {
        Interval before = Rates.Wilson(p.hits, p.trials), after = Rates.Wilson(p.hits + 1, p.trials);
        return before.Low < after.Low && before.High < after.High;
    });

    [Fact]
    public void Swapping_the_arms_turns_the_difference_round() => Gen.Select(AnyProportion, AnyProportion).Sample((a, b) =>
    {
        Interval ab = Rates.Newcombe(a, b), ba = Rates.Newcombe(b, a);
        return Near(ab.Low, -ba.High) && Near(ab.High, -ba.Low) && Near(Rates.PValue(a, b), Rates.PValue(b, a))
            && ab.Contains(a.Value - b.Value) && ab.Low >= -1 - 1e-12 && ab.High <= 1 + 1e-12;
    });

    [Fact]
    public void Swapping_hits_and_misses_turns_the_difference_round() => Gen.Select(AnyProportion, AnyProportion).Sample((a, b) =>
    {
        Interval hits = Rates.Newcombe(a, b), misses = Rates.Newcombe(new(a.Trials - a.Hits, a.Trials), new(b.Trials - b.Hits, b.Trials));
        return Math.Abs(hits.Low + misses.High) < 1e-9 && Math.Abs(hits.High + misses.Low) < 1e-9;
    });

    [Fact]
    public void Relative_uplift_is_defined_where_both_arms_have_a_hit_and_then_holds_the_estimate() => Gen.Select(AnyProportion, AnyProportion).Sample((a, b) =>
        Rates.Katz(a, b) is { } interval
            ? a.Hits > 0 && b.Hits > 0 && interval.Low > -1 && interval.Low <= a.Value / b.Value - 1 + 1e-9 && interval.High >= a.Value / b.Value - 1 - 1e-9
            : a.Hits == 0 || b.Hits == 0);

    [Fact]
    public void A_p_value_is_a_probability() => Gen.Select(AnyProportion, AnyProportion).Sample((a, b) => Rates.PValue(a, b) is >= 0 and <= 1 && Rates.PValue(a, a) > 0.999);

    [Fact]
    public void A_smaller_effect_needs_more_runs() => Gen.Select(Gen.Double[0.01, 0.4], Gen.Double[0.001, 0.1]).Sample((baseline, effect) =>
        Rates.SampleSizePerArm(baseline, effect / 2) > Rates.SampleSizePerArm(baseline, effect));

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(11, 10)]
    [InlineData(0, 0)]
    public void Impossible_counts_are_refused(long hits, long trials)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Rates.Wilson(hits, trials));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rates.PValue(new(1, 2), new(hits, trials)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rates.Katz(new(hits, trials), new(1, 2)));
    }

    [Fact]
    public void No_effect_has_no_sample_size() => Assert.Throws<ArgumentOutOfRangeException>(() => Rates.SampleSizePerArm(0.1, 0));

    [Theory]
    [InlineData(0.10, 1000, 0.08, 1000)]
    [InlineData(0.06, 900, 0.045, 100)]
    [InlineData(0.02, 5000, 0.02, 500)]
    public void The_difference_lies_in_its_95_percent_interval_19_times_in_20(double rateA, int trialsA, double rateB, int trialsB)
    {
        var covered = Simulate(2_000, rateA, trialsA, rateB, trialsB).Count(pair => Rates.Newcombe(pair.A, pair.B).Contains(rateA - rateB));
        Assert.InRange(covered / 2_000.0, 0.93, 0.97);
    }

    [Fact]
    public void Two_arms_without_a_difference_rarely_look_different()
    {
        var fooled = Simulate(2_000, 0.05, 4_500, 0.05, 500).Count(pair =>
            Verdict.Of(Comparison.Of(pair.A, pair.B), pair.A, pair.B, 0.01) is Verdict.Better or Verdict.Worse);
        Assert.InRange(fooled / 2_000.0, 0.02, 0.06);
    }

    private static IEnumerable<(Proportion A, Proportion B)> Simulate(int times, double rateA, int trialsA, double rateB, int trialsB)
    {
        var chance = new Random(20261123);
        for (var i = 0; i < times; i++) yield return (Draw(chance, rateA, trialsA), Draw(chance, rateB, trialsB));
    }

    private static Proportion Draw(Random chance, double rate, int trials)
    {
        var hits = 0;
        for (var i = 0; i < trials; i++)
            if (chance.NextDouble() < rate) hits++;
        return new(hits, trials);
    }

    private static double Width(Interval interval) => interval.High - interval.Low;

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;
}
