namespace MarketingAutomation.Reports;

/// <summary>What journeys did and what it was worth. All rates and differences are fractions of 1.</summary>
/// <param name="Journeys">Ordered by id.</param>
public sealed record Report(DateTimeOffset AsOf, DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<JourneyReport> Journeys)
{
    /// <summary>Folds facts in any order; facts told twice count once. Keeps a little of every run; where facts come by partition, <see cref="ReportBuilder"/> needs less.</summary>
    public static Report Of(IEnumerable<Fact> facts, ReportQuery query)
    {
        var report = new ReportBuilder(query);
        report.AddPartition(facts);
        return report.Build();
    }
}

/// <param name="Uplift">Null where the arms cannot be compared; <paramref name="Verdict"/> says why.</param>
/// <param name="Split">Null where the journey's plan is not known or there are too few runs to check it.</param>
/// <param name="Steps">Send steps in the journey's order, then those it no longer has.</param>
/// <param name="Exits">Why runs ended; together with the active runs these are all runs.</param>
/// <param name="WithoutEntry">Runs whose entry has not been told yet; they are in no other number.</param>
public sealed record JourneyReport(
    string Journey,
    ArmReport Treated,
    ArmReport Holdout,
    Comparison? Uplift,
    Verdict Verdict,
    SplitCheck? Split,
    IReadOnlyList<StepReport> Steps,
    IReadOnlyList<Reason> Exits,
    long WithoutEntry);

/// <summary>All runs assigned to one arm, whatever became of them (intention to treat).</summary>
/// <param name="Active">Runs that have not ended.</param>
/// <param name="StillOpen">Runs that have not converted but still may: their goal's window is open.</param>
/// <param name="Value">Worth of all conversions together, in the unit of the goal's property.</param>
/// <param name="Rate">Conversions over runs; null without runs or without a goal.</param>
/// <param name="RateInterval">95 % Wilson interval of <paramref name="Rate"/>.</param>
public sealed record ArmReport(long Entered, long Active, long Converted, long StillOpen, decimal Value, double? Rate, Interval? RateInterval);

/// <summary>Deliveries of one send step. Each is exactly one of sent, skipped, failed and unknown.</summary>
/// <param name="Sent">The provider took them; a later callback, an open or a click proves it too.</param>
/// <param name="NotAccepted">Those of <paramref name="Failed"/> of which nobody knew at first: the provider told of later messages, and of these not.</param>
/// <param name="Unknown">The provider may have taken them.</param>
/// <param name="Unresolved">Those of <paramref name="Unknown"/> of which nobody has said anything for so long that nobody asks any more.</param>
/// <param name="Delivered">Those of <paramref name="Sent"/> that arrived; null where the channel has told of no arrival.</param>
/// <param name="Unsubscribed">Deliveries from which the customer refused the topic.</param>
public sealed record StepReport(
    string Step,
    long Sent,
    long Skipped,
    IReadOnlyList<Reason> SkippedBecause,
    long Failed,
    long NotAccepted,
    long Unknown,
    long Unresolved,
    long? Delivered,
    long Bounced,
    long Complained,
    Touches Opened,
    Touches Clicked,
    long Unsubscribed)
{
    /// <summary>What opens, clicks and unsubscribes are rated against: arrivals, or what was sent where the channel tells of no arrival.</summary>
    public long Reached => Delivered ?? Sent;
}

/// <summary>Deliveries touched at least once by each kind of visitor; one delivery may count under several.</summary>
public sealed record Touches(long Human, long LikelyMachine, long Machine);

/// <summary>How often something happened for one reason. Lists of them come most frequent first.</summary>
public sealed record Reason(string Because, long Count);
