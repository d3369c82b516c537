namespace MarketingAutomation.Reports;

/// <summary>Running counts of one journey.</summary>
internal sealed class JourneyTally(string journey, JourneyPlan? plan)
{
    private readonly ArmTally treated = new(), holdout = new();
    private readonly SortedDictionary<string, StepTally> steps = new(StringComparer.Ordinal);
    private readonly ReasonTally exits = new();
    private bool hasGoal;
    private long withoutEntry;

    public void Add(RunFold run, DateTimeOffset asOf)
    {
        if (run.Entered is null)
        {
            withoutEntry++;
            return;
        }
        hasGoal |= run.Entered.GoalWithin is not null;
        (run.Entered.Arm == Arm.Treated ? treated : holdout).Add(run, asOf);
        if (run.ExitReason is { } reason) exits.Add(reason);
        foreach (var delivery in run.Deliveries) Step(delivery.Step).Add(delivery);
    }

    public JourneyReport Build(double smallestEffect)
    {
        var split = plan is null ? null : SplitCheck.Of(treated.Customers, holdout.Customers, plan.Holdout);
        var (uplift, verdict) = Judge(split, smallestEffect);
        return new(journey, treated.Build(hasGoal), holdout.Build(hasGoal), uplift, verdict, split, [.. StepsInOrder()], exits.Build(), withoutEntry);
    }

    private (Comparison?, Verdict) Judge(SplitCheck? split, double smallestEffect)
    {
        if (split is { IsBroken: true }) return (null, new Verdict.NotTrustworthy(split));
        if (treated.Entered == 0 || holdout.Entered == 0) return (null, new Verdict.NoHoldout());
        if (!hasGoal) return (null, new Verdict.NoGoal());
        var uplift = Comparison.Of(treated.Conversion, holdout.Conversion);
        return (uplift, Verdict.Of(uplift, treated.Conversion, holdout.Conversion, smallestEffect));
    }

    private IEnumerable<StepReport> StepsInOrder()
    {
        IReadOnlyList<string> planned = plan?.SendSteps ?? [];
        return planned.Concat(steps.Keys.Except(planned)).Select(step => (steps.GetValueOrDefault(step) ?? new()).Build(step));
    }

    private StepTally Step(string step)
    {
        if (!steps.TryGetValue(step, out var tally)) steps.Add(step, tally = new());
        return tally;
    }
}

/// <summary>Running counts of one arm.</summary>
internal sealed class ArmTally
{
    private long active, converted, stillOpen;
    private decimal value;

    public long Entered { get; private set; }

    /// <summary>First entries: each is one draw of an arm.</summary>
    public long Customers { get; private set; }

    public Proportion Conversion => new(converted, Entered);

    public void Add(RunFold run, DateTimeOffset asOf)
    {
        Entered++;
        if (run.Entered is { Again: false }) Customers++;
        if (run.IsActive) active++;
        if (run.MayStillConvert(asOf)) stillOpen++;
        if (run.ConvertedValue is not { } worth) return;
        converted++;
        value = Sum(value, worth);
    }

    public ArmReport Build(bool hasGoal) => hasGoal && Entered > 0
        ? new(Entered, active, converted, stillOpen, value, Conversion.Value, Rates.Wilson(converted, Entered))
        : new(Entered, active, converted, stillOpen, value, null, null);

    // One absurd amount in one event must not take the whole report down.
    private static decimal Sum(decimal a, decimal b) =>
        b > 0 && a > decimal.MaxValue - b ? decimal.MaxValue
        : b < 0 && a < decimal.MinValue - b ? decimal.MinValue
        : a + b;
}

/// <summary>Running counts of one send step.</summary>
internal sealed class StepTally
{
    private readonly Dictionary<Marks, long> marked = [];
    private readonly ReasonTally skips = new();
    private long sent, skipped, failed, notAccepted, unknown, unresolved, arrived;

    public void Add(DeliveryFold delivery)
    {
        if (delivery.IsSent) sent++;
        if (delivery.IsFailed) failed++;
        if (delivery.IsNotAccepted) notAccepted++;
        if (delivery.IsUnknown) unknown++;
        if (delivery.IsUnresolved) unresolved++;
        if (delivery.Arrived) arrived++;
        if (delivery.IsSkipped)
        {
            skipped++;
            skips.Add(delivery.SkipReason);
        }
        marked[delivery.Marks] = marked.GetValueOrDefault(delivery.Marks) + 1;
    }

    public StepReport Build(string step) => new(
        step,
        sent,
        skipped,
        skips.Build(),
        failed,
        notAccepted,
        unknown,
        unresolved,
        With(Marks.Delivered) > 0 ? arrived : null,
        With(Marks.Bounced),
        With(Marks.Complained),
        new(With(Marks.Opened), With(Marks.OpenedLikelyMachine), With(Marks.OpenedMachine)),
        new(With(Marks.Clicked), With(Marks.ClickedLikelyMachine), With(Marks.ClickedMachine)),
        With(Marks.Unsubscribed));

    private long With(Marks mark) => marked.Where(count => (count.Key & mark) != 0).Sum(count => count.Value);
}

/// <summary>Running counts by reason.</summary>
internal sealed class ReasonTally
{
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    public void Add(string reason) => counts[reason] = counts.GetValueOrDefault(reason) + 1;

    public IReadOnlyList<Reason> Build() => [.. counts.Select(count => new Reason(count.Key, count.Value)).OrderByDescending(reason => reason.Count)];
}
