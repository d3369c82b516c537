namespace MarketingAutomation.Reports;

/// <summary>Treated minus holdout, with 95 % intervals.</summary>
/// <param name="Difference">Of the conversion rates: 0.015 is 1.5 percentage points.</param>
/// <param name="DifferenceInterval">Newcombe's.</param>
/// <param name="Relative">Difference over the holdout's rate; null where the holdout has no conversion.</param>
/// <param name="RelativeInterval">Katz's; null where an arm has no conversion.</param>
/// <param name="IncrementalConversions">Conversions the treated arm would not have had without the messages; negative where they did harm.</param>
/// <param name="PValue">Of the pooled z-test.</param>
public sealed record Comparison(
    double Difference,
    Interval DifferenceInterval,
    double? Relative,
    Interval? RelativeInterval,
    double IncrementalConversions,
    Interval IncrementalInterval,
    double PValue)
{
    /// <param name="treated">Conversions over all runs assigned to the arm, at least one.</param>
    /// <param name="holdout">Likewise.</param>
    public static Comparison Of(Proportion treated, Proportion holdout)
    {
        var difference = treated.Value - holdout.Value;
        var interval = Rates.Newcombe(treated, holdout);
        return new(
            difference,
            interval,
            holdout.Hits == 0 ? null : treated.Value / holdout.Value - 1,
            Rates.Katz(treated, holdout),
            difference * treated.Trials,
            interval.Times(treated.Trials),
            Rates.PValue(treated, holdout));
    }
}

/// <summary>Whether customers were split between the arms as configured (sample-ratio check); each counts once, at the first entry, because the draw is per customer.</summary>
/// <param name="Configured">Part of the customers meant for the holdout, 0 to 1.</param>
/// <param name="Observed">Part of the customers found in the holdout.</param>
/// <param name="PValue">Chance of a split at least this far off, were it drawn as configured.</param>
public sealed record SplitCheck(double Configured, double Observed, double PValue)
{
    /// <summary>Below one in a thousand something is wrong with the draw, the recording, or the configured share (it was changed meanwhile).</summary>
    public bool IsBroken => PValue < 0.001;

    /// <returns>Null where fewer than 5 customers are to be expected in an arm: chi-square means nothing there.</returns>
    public static SplitCheck? Of(long treated, long holdout, double configured)
    {
        var expected = Math.Min(configured, 1 - configured) * (treated + holdout);
        return expected is > 0 and < 5 || treated + holdout == 0
            ? null
            : new(configured, holdout / (double)(treated + holdout), Rates.SampleRatio([treated, holdout], [1 - configured, configured]));
    }
}
