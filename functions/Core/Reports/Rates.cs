using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace MarketingAutomation.Reports;

/// <summary>Counted successes among counted chances.</summary>
/// <param name="Hits">At least 0, at most <paramref name="Trials"/>.</param>
public readonly record struct Proportion(long Hits, long Trials)
{
    /// <summary>Fraction of 1; not a number where <see cref="Trials"/> is 0.</summary>
    public double Value => Hits / (double)Trials;
}

/// <summary>A range of numbers, both ends included.</summary>
public readonly record struct Interval(double Low, double High)
{
    public bool Contains(double value) => Low <= value && value <= High;

    public Interval Times(double factor) => new(Low * factor, High * factor);
}

/// <summary>Intervals, tests and sample sizes for rates. Rates and differences are fractions of 1: 0.015 is 1.5 percentage points.</summary>
public static class Rates
{
    /// <summary>Normal quantile of a two-sided 95 % interval.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>Wilson score interval of a rate, such as clicks over deliveries.</summary>
    /// <param name="hits">Count, at least 0.</param> <param name="trials">Count, at least 1 and at least <paramref name="hits"/>.</param>
    /// <param name="z">Normal quantile; <see cref="Z95"/> gives 95 % confidence.</param> <returns>Low and high bound, as fractions of 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is outside its range.</exception>
    /// <remarks>Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212.</remarks>
    public static Interval Wilson(long hits, long trials, double z = Z95)
    {
        Check(new(hits, trials));
        double n = trials, p = hits / n, s = z * z / n, half = z * Math.Sqrt(p * (1 - p) / n + s / (4 * n));
        return new(
            hits == 0 ? 0 : Math.Max(0, (p + s / 2 - half) / (1 + s)),
            hits == trials ? 1 : Math.Min(1, (p + s / 2 + half) / (1 + s)));
    }

    /// <summary>Hybrid score interval of the difference <c>a − b</c>, within [−1, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is outside its range.</exception>
    /// <remarks>Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.</remarks>
    public static Interval Newcombe(Proportion a, Proportion b, double z = Z95)
    {
        Interval ofA = Wilson(a.Hits, a.Trials, z), ofB = Wilson(b.Hits, b.Trials, z);
        var difference = a.Value - b.Value;
        return new(
            difference - double.Hypot(a.Value - ofA.Low, ofB.High - b.Value),
            difference + double.Hypot(ofA.High - a.Value, b.Value - ofB.Low));
    }

    /// <summary>Interval of the relative uplift <c>a / b − 1</c>: 0.33 is a third more.</summary>
    /// <returns>Null where it is undefined: a side without a single hit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is outside its range.</exception>
    /// <remarks>Source: D. Katz et al., Biometrics 34 (1978) 469–474.</remarks>
    public static Interval? Katz(Proportion a, Proportion b, double z = Z95)
    {
        Check(a);
        Check(b);
        if (a.Hits == 0 || b.Hits == 0) return null;
        var half = z * Math.Sqrt((1 - a.Value) / a.Hits + (1 - b.Value) / b.Hits);
        var ratio = a.Value / b.Value;
        return new(ratio * Math.Exp(-half) - 1, ratio * Math.Exp(half) - 1);
    }

    /// <summary>Two-sided p-value of the pooled z-test that both rates are the same.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is outside its range.</exception>
    public static double PValue(Proportion a, Proportion b)
    {
        Check(a);
        Check(b);
        var pooled = Pooled(a, b);
        if (pooled is 0 or 1) return 1;
        var z = (a.Value - b.Value) / Math.Sqrt(pooled * (1 - pooled) * (1.0 / a.Trials + 1.0 / b.Trials));
        return Math.Min(1, 2 * Normal.CDF(0, 1, -Math.Abs(z)));
    }

    /// <summary>The smallest of the four counts (hits and misses of both sides) to be expected were both rates the same; below 5 no normal approximation holds.</summary>
    public static double SmallestExpectedCount(Proportion a, Proportion b)
    {
        var pooled = Pooled(a, b);
        return Math.Min(pooled, 1 - pooled) * Math.Min(a.Trials, b.Trials);
    }

    /// <summary>Chi-square p-value that the observed counts were drawn with the given weights: a small one says the sample ratio is not as configured.</summary>
    /// <param name="observed">At least one count, none negative; together at least 1.</param>
    /// <param name="weights">As many, none negative; their sum need not be 1.</param>
    /// <exception cref="ArgumentException">The numbers of counts and weights differ, or nothing can be expected of them.</exception>
    public static double SampleRatio(ReadOnlySpan<long> observed, ReadOnlySpan<double> weights)
    {
        if (observed.Length != weights.Length) throw new ArgumentException("Every count needs its weight.", nameof(weights));
        double all = 0, weight = 0, chiSquare = 0;
        foreach (var count in observed) all += count;
        foreach (var one in weights) weight += one;
        if (all <= 0 || weight <= 0) throw new ArgumentException("There must be something to share out.", nameof(observed));
        var degrees = -1;
        for (var i = 0; i < observed.Length; i++)
        {
            var expected = all * weights[i] / weight;
            if (expected == 0 && observed[i] == 0) continue;
            if (expected == 0) return 0; // the impossible was observed
            chiSquare += (observed[i] - expected) * (observed[i] - expected) / expected;
            degrees++;
        }
        return degrees <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(degrees / 2.0, chiSquare / 2);
    }

    /// <summary>Runs each of two equal arms needs to see a rate move from <paramref name="baseline"/> by <paramref name="effect"/>.</summary>
    /// <param name="baseline">Rate without the change, 0 to 1.</param>
    /// <param name="effect">Smallest difference worth seeing, not 0; <c>baseline + effect</c> lies within [0, 1].</param>
    /// <param name="alpha">Chance of seeing a difference where there is none, both directions together.</param>
    /// <param name="power">Chance of seeing the difference where there is one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is outside [0, 1], or both are the same.</exception>
    /// <remarks>Source: J. L. Fleiss, Statistical Methods for Rates and Proportions, 2nd ed. (1981), eq. 3.14, without continuity correction.</remarks>
    public static long SampleSizePerArm(double baseline, double effect, double alpha = 0.05, double power = 0.8) =>
        (long)Math.Ceiling(SampleSize(baseline, baseline + effect, 0.5, alpha, power) / 2);

    /// <summary>Runs both arms together need to tell rate <paramref name="a"/> from rate <paramref name="b"/> when they are split unevenly.</summary>
    /// <param name="shareOfB">Part of all runs that goes to the arm with rate <paramref name="b"/>, between 0 and 1 exclusive.</param>
    /// <inheritdoc cref="SampleSizePerArm" path="//param|//exception|//remarks"/>
    public static double SampleSize(double a, double b, double shareOfB, double alpha = 0.05, double power = 0.8)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(a, b);
        foreach (var rate in (ReadOnlySpan<double>)[a, b]) ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(rate, 0, 1), rate);
        if (shareOfB is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(shareOfB));
        double shareOfA = 1 - shareOfB, mean = a * shareOfA + b * shareOfB;
        double same = Quantile(1 - alpha / 2) * Math.Sqrt(mean * (1 - mean) * (1 / shareOfA + 1 / shareOfB));
        double apart = Quantile(power) * Math.Sqrt(a * (1 - a) / shareOfA + b * (1 - b) / shareOfB);
        return (same + apart) * (same + apart) / ((a - b) * (a - b));
    }

    private static double Pooled(Proportion a, Proportion b) => (a.Hits + b.Hits) / (double)(a.Trials + b.Trials);

    private static double Quantile(double probability) => Normal.InvCDF(0, 1, probability);

    private static void Check(Proportion of)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(of.Hits);
        ArgumentOutOfRangeException.ThrowIfLessThan(of.Trials, Math.Max(1, of.Hits));
    }
}
