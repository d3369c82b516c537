namespace MarketingAutomation.Reports;

/// <summary>Folds facts into a <see cref="Report"/>, partition by partition; all facts of a run stand in one partition.</summary>
/// <remarks>Time is linear in the facts; memory is what the largest partition needs, however many there are.</remarks>
public sealed class ReportBuilder
{
    private readonly ReportQuery query;
    private readonly Dictionary<(string Journey, string Run), RunFold> runs = [];
    private readonly SortedDictionary<string, JourneyTally> journeys = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentOutOfRangeException">The query's smallest effect is not within (0, 0.5].</exception>
    public ReportBuilder(ReportQuery query)
    {
        if (query.SmallestEffect is not (> 0 and <= 0.5)) throw new ArgumentOutOfRangeException(nameof(query), "The smallest effect must be within (0, 0.5].");
        this.query = query;
        foreach (var (journey, plan) in query.Plans)
            if (query.Asks(journey)) journeys.Add(journey, new(journey, plan));
    }

    /// <summary>A fact of the partition under way, in any order; one told twice counts once.</summary>
    public void Add(Fact fact)
    {
        if (!query.Asks(fact)) return;
        if (!runs.TryGetValue((fact.Journey, fact.Run), out var run)) runs.Add((fact.Journey, fact.Run), run = new());
        run.Add(fact);
    }

    /// <summary>The partition is complete: its runs are counted and forgotten. No fact of them may come later.</summary>
    public void EndPartition()
    {
        foreach (var ((journey, _), run) in runs) Tally(journey).Add(run, query.AsOf); // sums only, so the order does not matter
        runs.Clear();
    }

    public void AddPartition(IEnumerable<Fact> facts)
    {
        foreach (var fact in facts) Add(fact);
        EndPartition();
    }

    public Report Build()
    {
        EndPartition();
        return new(query.AsOf, query.From, query.To, [.. journeys.Values.Select(journey => journey.Build(query.SmallestEffect))]);
    }

    private JourneyTally Tally(string journey)
    {
        if (!journeys.TryGetValue(journey, out var tally)) journeys.Add(journey, tally = new(journey, null));
        return tally;
    }
}
