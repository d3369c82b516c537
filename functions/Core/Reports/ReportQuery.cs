using System.Collections.Immutable;
using MarketingAutomation.Journeys;

namespace MarketingAutomation.Reports;

/// <summary>Which runs a report is about, and what is known of their journeys.</summary>
/// <param name="AsOf">The report's "today", UTC: later facts have not happened yet, goal windows that end later are still open.</param>
/// <param name="Journey">Only this one; all where null.</param>
/// <param name="From">Only runs entered at or after this instant.</param>
/// <param name="To">Only runs entered before this instant.</param>
public sealed record ReportQuery(DateTimeOffset AsOf, string? Journey = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>By journey's id. A journey without a plan is reported too, but its split is not checked and its steps come in ordinal order.</summary>
    public IReadOnlyDictionary<string, JourneyPlan> Plans { get; init; } = ImmutableSortedDictionary<string, JourneyPlan>.Empty;

    /// <summary>Smallest difference of conversion rates worth waiting for, as a fraction of 1: one percentage point where not given.</summary>
    public double SmallestEffect { get; init; } = 0.01;

    public bool Asks(string journey) => Journey is null || Journey == journey;

    public bool Asks(Fact fact) => Asks(fact.Journey) && fact.At <= AsOf && !(fact.EnteredAt < From) && !(fact.EnteredAt >= To);
}

/// <summary>What a report takes from a journey's definition.</summary>
/// <param name="Holdout">Part of the runs meant for the holdout arm, 0 to 1.</param>
/// <param name="SendSteps">Ids of its send steps, in the order in which they are written.</param>
public sealed record JourneyPlan(double Holdout, IReadOnlyList<string> SendSteps)
{
    /// <summary>The holdout is the journey's own and, where it sends what may be refused, the global control group; both are drawn independently.</summary>
    public static JourneyPlan Of(Journey journey, Catalog catalog)
    {
        var sends = Sends(journey.Steps).ToList();
        var control = sends.Any(send => catalog.MayBeRefused(send.Message)) ? catalog.Policy.GlobalControl / 100 : 0;
        var own = journey.Holdout / 100;
        return new((double)(own + control - own * control), [.. sends.Select(send => send.Id)]);
    }

    private static IEnumerable<Step.Send> Sends(IEnumerable<Step> steps) => steps.SelectMany(step => step switch
    {
        Step.Send send => [send],
        Step.Branch branch => branch.Ways.SelectMany(way => Sends(way.Steps)),
        _ => Enumerable.Empty<Step.Send>(),
    });
}
