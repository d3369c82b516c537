using MarketingAutomation.Collect;

namespace MarketingAutomation.Segments;

/// <summary>Tells segments that one more event can only make true for longer, as those that ask for at least so many: nothing need be known of the past to know that it stays as it was.</summary>
internal sealed class Growth(Catalog catalog, CustomerEvent e, IReadOnlySet<string> concerned)
{
    private readonly bool saysMore = e is not CustomerEvent.Tracked { Event: not ("Subscribed" or "Unsubscribed" or "Tag Added" or "Tag Removed") };

    /// <summary>Whether the event can only add to the instants at which a condition holds.</summary>
    public bool Only(Condition condition) => !saysMore && Goes(condition, up: true);

    private bool Goes(Condition condition, bool up) => condition switch
    {
        Condition.All all => all.Conditions.All(inner => Goes(inner, up)),
        Condition.Any any => any.Conditions.All(inner => Goes(inner, up)),
        Condition.Not not => Goes(not.Condition, !up),
        Condition.InSegment other => !concerned.Contains(other.Segment) || Goes(catalog.Segments[other.Segment].When, up),
        Condition.Trait { Test.IsOfDates: true } => false, // the event may bring another time zone
        Condition.Trait trait => catalog.Rules.ComputedBy(trait.Path) is not { } rule || Goes(rule, trait.Test, up),
        Condition.Event or Condition.Engaged or Condition.Sequence => All(condition, up),
        _ => true,
    };

    private bool All(Condition condition, bool up)
    {
        foreach (var (rule, test) in catalog.Rules.QuestionsOf(condition))
            if (!Goes(rule, test, up)) return false;
        return true;
    }

    private bool Goes(TallyRule rule, Test test, bool up) => !rule.Events.Contains(e.EventName) || (rule, test.Bounds) switch
    {
        (TallyRule.Pair pair, _) => up && pair.Sequence.Then is not null,
        (TallyRule.Single { Measure: Measure.Count or Measure.Distinct or Measure.Max }, { } bounds) when bounds.Most == Int128.MaxValue => up,
        (TallyRule.Single { Measure: Measure.Count or Measure.Distinct }, { } bounds) when bounds.Least == Int128.MinValue => !up,
        (TallyRule.Single { Measure: Measure.Min }, { } bounds) when bounds.Least == Int128.MinValue => up,
        _ => false,
    };
}
