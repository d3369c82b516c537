using System.Collections.Frozen;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;

namespace MarketingAutomation;

/// <summary>What a catalog means for one input: which tallies, segments and journeys it touches. An input costs what it touches, not what there is.</summary>
public sealed class Rules
{
    private readonly FrozenDictionary<Condition.Event, TallyRule> tallyOf;
    private readonly FrozenDictionary<string, TallyRule[]> talliesByEvent;
    private readonly FrozenDictionary<string, string[]> segmentsByEvent;
    private readonly FrozenDictionary<string, string[]> segmentsByTrait;
    private readonly FrozenDictionary<string, string[]> segmentsByTopic;
    private readonly FrozenDictionary<string, string[]> dependents;
    private readonly FrozenDictionary<string, int> rank;
    private readonly FrozenDictionary<string, string[]> journeysByEvent;
    private readonly FrozenDictionary<string, string[]> journeysBySegment;
    private readonly FrozenDictionary<string, Plan> plans;

    internal Rules(Policy policy, IReadOnlyDictionary<string, Segment> segments, IReadOnlyDictionary<string, Journey> journeys)
    {
        LateAfter = policy.LateAfter ?? Policy.DefaultLateAfter;
        var conditions = segments.Values.Select(segment => segment.When).Concat(journeys.Values.SelectMany(journey => Plan.Conditions(journey.Steps))).SelectMany(Nodes).ToList();
        var counted = conditions.OfType<Condition.Event>().Distinct(ReferenceEqualityComparer.Instance).Cast<Condition.Event>().ToList();
        tallyOf = counted.ToFrozenDictionary(condition => condition, TallyRule.Of, (IEqualityComparer<Condition.Event>)ReferenceEqualityComparer.Instance);
        var tallies = tallyOf.Values.DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        talliesByEvent = Index(tallies.Select(rule => (rule.Event, rule)));
        TalliesHash = Hash.Id([.. tallies.Select(rule => rule.Id)]);

        SegmentsInOrder = Order(segments);
        rank = SegmentsInOrder.Index().ToFrozenDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        segmentsByEvent = Index(Named<Condition.Event>(segments, condition => condition.Name));
        segmentsByTrait = Index(Named<Condition.Trait>(segments, condition => condition.Path.Split('.')[0]).Concat(Named<Condition.Trait>(segments, condition => condition.Path)));
        segmentsByTopic = Index(Named<Condition.Consented>(segments, condition => condition.Topic));
        dependents = Index(Named<Condition.InSegment>(segments, condition => condition.Segment));

        journeysByEvent = Index(journeys.Where(pair => pair.Value.Entry is Entry.Event).Select(pair => (((Entry.Event)pair.Value.Entry).Name, pair.Key)));
        journeysBySegment = Index(journeys.Where(pair => pair.Value.Entry is Entry.SegmentEntered).Select(pair => (((Entry.SegmentEntered)pair.Value.Entry).Segment, pair.Key)));
        plans = journeys.ToFrozenDictionary(pair => pair.Key, pair => new Plan(pair.Value), StringComparer.Ordinal);
    }

    /// <summary>An event that arrives later than this after it happened starts no run.</summary>
    public TimeSpan LateAfter { get; }

    /// <summary>Of all tallies the catalog needs; a customer folded under another one needs its history.</summary>
    public string TalliesHash { get; }

    /// <summary>Every segment after those it names.</summary>
    public IReadOnlyList<string> SegmentsInOrder { get; }

    public TallyRule TallyOf(Condition.Event condition) => tallyOf[condition];

    public IReadOnlyList<TallyRule> TalliesOf(string eventName) => talliesByEvent.GetValueOrDefault(eventName, []);

    public IReadOnlyList<string> JourneysEnteredBy(string eventName) => journeysByEvent.GetValueOrDefault(eventName, []);

    public IReadOnlyList<string> JourneysEnteredBySegment(string segment) => journeysBySegment.GetValueOrDefault(segment, []);

    public Plan PlanOf(string journey) => plans[journey];

    public IReadOnlyList<string> SegmentsTouchedByEvent(string eventName) => segmentsByEvent.GetValueOrDefault(eventName, []);

    public IReadOnlyList<string> SegmentsTouchedByTrait(string trait) => segmentsByTrait.GetValueOrDefault(trait, []);

    public IReadOnlyList<string> SegmentsTouchedByTopic(string topic) => segmentsByTopic.GetValueOrDefault(topic, []);

    /// <summary>Segments whose rule names this one.</summary>
    public IReadOnlyList<string> SegmentsTouchedBySegment(string segment) => dependents.GetValueOrDefault(segment, []);

    /// <summary>Place of a segment in <see cref="SegmentsInOrder"/>.</summary>
    public int RankOf(string segment) => rank[segment];

    private static IEnumerable<(string Name, string Segment)> Named<T>(IReadOnlyDictionary<string, Segment> segments, Func<T, string> name) where T : Condition =>
        segments.SelectMany(pair => Nodes(pair.Value.When).OfType<T>().Select(node => (name(node), pair.Key))).Distinct();

    private static FrozenDictionary<string, T[]> Index<T>(IEnumerable<(string Name, T Item)> pairs) =>
        pairs.GroupBy(pair => pair.Name, pair => pair.Item, StringComparer.Ordinal).ToFrozenDictionary(group => group.Key, group => group.Distinct().ToArray(), StringComparer.Ordinal);

    private static IEnumerable<Condition> Nodes(Condition condition) => condition switch
    {
        Condition.All all => all.Conditions.SelectMany(Nodes).Prepend(condition),
        Condition.Any any => any.Conditions.SelectMany(Nodes).Prepend(condition),
        Condition.Not not => Nodes(not.Condition).Prepend(condition),
        _ => [condition],
    };

    // Depth first; the config check has refused cycles.
    private static List<string> Order(IReadOnlyDictionary<string, Segment> segments)
    {
        List<string> ordered = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var id in segments.Keys.Order(StringComparer.Ordinal)) Visit(id);
        return ordered;

        void Visit(string id)
        {
            if (!seen.Add(id)) return;
            foreach (var other in Nodes(segments[id].When).OfType<Condition.InSegment>()) Visit(other.Segment);
            ordered.Add(id);
        }
    }
}
