using System.Text.Json.Serialization;

namespace MarketingAutomation.Reports;

/// <summary>What may be said of a journey's messages against sending nothing.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(NoHoldout), "noHoldout")]
[JsonDerivedType(typeof(NoGoal), "noGoal")]
[JsonDerivedType(typeof(NotTrustworthy), "notTrustworthy")]
[JsonDerivedType(typeof(Inconclusive), "inconclusive")]
[JsonDerivedType(typeof(Better), "better")]
[JsonDerivedType(typeof(Worse), "worse")]
public abstract record Verdict
{
    private Verdict() { } // closed: these cases and no others

    /// <summary>An arm has no runs, so there is nothing to compare.</summary>
    public sealed record NoHoldout : Verdict;

    /// <summary>No run had a goal, so nothing can have converted.</summary>
    public sealed record NoGoal : Verdict;

    /// <summary>The arms are not split as configured (<see cref="SplitCheck.IsBroken"/>): whatever shifted the split may have shifted the result.</summary>
    public sealed record NotTrustworthy(SplitCheck Split) : Verdict;

    /// <summary>The interval of the difference includes none at all, or there are too few conversions for any interval.</summary>
    /// <param name="MoreRuns">Runs still wanted in both arms together; 0 where there are already enough to see <paramref name="ToSee"/>.</param>
    /// <param name="ToSee">The difference that many runs would show with 80 % power: the one observed, or <see cref="ReportQuery.SmallestEffect"/> where that is larger.</param>
    public sealed record Inconclusive(long MoreRuns, double ToSee) : Verdict;

    /// <summary>Treated runs convert more often, with 95 % confidence.</summary>
    public sealed record Better : Verdict;

    /// <summary>Treated runs convert less often, with 95 % confidence.</summary>
    public sealed record Worse : Verdict;

    /// <summary>Judges one look at one goal. Whoever looks ten times and stops at the first "better" is fooled one time in five, not one in twenty.</summary>
    public static Verdict Of(Comparison compared, Proportion treated, Proportion holdout, double smallestEffect)
    {
        var enough = Rates.SmallestExpectedCount(treated, holdout) >= 5;
        return compared.DifferenceInterval switch
        {
            { Low: > 0 } when enough => new Better(),
            { High: < 0 } when enough => new Worse(),
            _ => Wanting(treated, holdout, smallestEffect),
        };
    }

    // At the observed holdout rate and the observed split: the runs that tell the difference apart, and 5 conversions (and misses) expected in the smaller arm.
    private static Inconclusive Wanting(Proportion treated, Proportion holdout, double smallestEffect)
    {
        double runs = treated.Trials + holdout.Trials, share = holdout.Trials / runs, pooled = (treated.Hits + holdout.Hits) / runs;
        var seen = Math.Abs(treated.Value - holdout.Value);
        var other = seen >= smallestEffect ? treated.Value : holdout.Value + (holdout.Value + smallestEffect <= 1 ? smallestEffect : -smallestEffect);
        var wanted = Rates.SampleSize(other, holdout.Value, share);
        var rarest = Math.Min(pooled, 1 - pooled) * Math.Min(share, 1 - share);
        if (rarest > 0) wanted = Math.Max(wanted, 5 / rarest);
        return new((long)Math.Ceiling(Math.Max(0, wanted - runs)), Math.Max(seen, smallestEffect));
    }
}
