using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Jurisdictions;

/// <summary>What somebody should look at where some customers are not tracked: journeys that ask what a customer opened or followed.</summary>
public static class TrackingNotes
{
    private static readonly string[] Followed = [Hits.EventName(HitKind.Open, HitBy.Human), Hits.EventName(HitKind.Click, HitBy.Human)];

    public static IEnumerable<Problem> Of(Catalog catalog)
    {
        string[] strict = [.. from pack in catalog.Policy.Packs.All where pack.Value.Tracking == Requirement.OptIn select pack.Key];
        if (strict is []) return [];
        return from journey in catalog.Journeys
               where Asks(journey.Value, catalog)
               select new Problem($"journeys/{journey.Key}.json", $"asks what the customer opened or clicked: of customers of {string.Join(", ", strict)} that is known only after their yes to tracking, for all others it never happened.");
    }

    private static bool Asks(Journey journey, Catalog catalog) => journey.Entry switch
    {
        Entry.Event entry when Followed.Contains(entry.Name) => true,
        Entry.SegmentEntered entry when Asks(new Condition.InSegment(entry.Segment), catalog) => true,
        _ => Plan.Conditions(journey.Steps).Any(condition => Asks(condition, catalog)),
    };

    private static bool Asks(Condition condition, Catalog catalog) => Rules.Nodes(condition).Any(node => node switch
    {
        Condition.Engaged { Kind: not Engagement.Got } => true,
        Condition.Event e => Followed.Contains(e.Name),
        Condition.Sequence sequence => Followed.Contains(sequence.First.Event) || Followed.Contains((sequence.Then ?? sequence.ThenNot)?.Event),
        Condition.InSegment other => catalog.Segments.TryGetValue(other.Segment, out var segment) && Asks(segment.When, catalog),
        _ => false,
    });
}
