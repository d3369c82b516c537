using System.Collections.Frozen;
using MarketingAutomation.Config;
using MarketingAutomation.Jurisdictions;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;

namespace MarketingAutomation;

/// <summary>What a catalog means for one input: which tallies, segments and journeys it touches. An input costs what it touches, not what there is.</summary>
public sealed class Rules
{
    private const string Computed = "computed.", TallyPart = "tally ", SegmentPart = "segment ";

    private readonly FrozenDictionary<Condition, (TallyRule Rule, Test Test)[]> questions;
    private readonly FrozenDictionary<string, TallyRule> tallies;
    private readonly FrozenDictionary<string, TallyRule[]> talliesByEvent;
    private readonly FrozenDictionary<string, TallyRule.Single> computed;
    private readonly FrozenDictionary<string, string[]> segmentsByTally, segmentsByTrait, segmentsByTopic, segmentsByTag, dependents, named;
    private readonly FrozenDictionary<string, int> rank;
    private readonly FrozenDictionary<string, string[]> journeysByEvent, journeysBySegment;
    private readonly FrozenDictionary<string, Plan> plans;

    internal Rules(Policy policy, IReadOnlyDictionary<string, Segment> segments, IReadOnlyDictionary<string, ComputedTrait> traits, IReadOnlyDictionary<string, Journey> journeys)
    {
        LateAfter = policy.LateAfter ?? Policy.DefaultLateAfter;
        computed = traits.ToFrozenDictionary(pair => Computed + pair.Key, pair => pair.Value.ToRule(), StringComparer.Ordinal);
        var nodes = segments.ToDictionary(pair => pair.Key, pair => Nodes(pair.Value.When).ToArray(), StringComparer.Ordinal);
        questions = nodes.Values.SelectMany(all => all).Concat(journeys.Values.SelectMany(journey => Plan.Conditions(journey.Steps)).SelectMany(Nodes))
            .Where(node => node is Condition.Event or Condition.Engaged or Condition.Sequence).Distinct<Condition>(ReferenceEqualityComparer.Instance)
            .ToFrozenDictionary(node => node, node => Answer.Questions(node).ToArray(), (IEqualityComparer<Condition>)ReferenceEqualityComparer.Instance);
        tallies = questions.Values.SelectMany(asked => asked).Select(question => question.Rule).Concat(computed.Values).DistinctBy(rule => rule.Id).ToFrozenDictionary(rule => rule.Id, StringComparer.Ordinal);
        talliesByEvent = Index(tallies.Values.OrderBy(rule => rule.Id, StringComparer.Ordinal).SelectMany(rule => rule.Events.Select(name => (name, rule))));

        SegmentsInOrder = Order(nodes);
        rank = SegmentsInOrder.Index().ToFrozenDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        segmentsByTally = By(node => questions.TryGetValue(node, out var asked) ? asked.Select(question => question.Rule.Id) : node is Condition.Trait trait && ComputedBy(trait.Path) is { } rule ? [rule.Id] : []);
        segmentsByTrait = By(node => node is Condition.Trait trait ? [trait.Path, trait.Path.Split('.')[0]] : node is Condition.Consented { Said: null } && !policy.Packs.All.IsEmpty ? Countries.Traits : []);
        segmentsByTopic = By(node => node is Condition.Consented consented ? [consented.Topic] : []);
        segmentsByTag = By(node => node is Condition.Tagged tagged ? [tagged.Tag] : []);
        dependents = By(node => node is Condition.InSegment other ? [other.Segment] : []);
        named = Index(from pair in nodes from other in pair.Value.OfType<Condition.InSegment>() select (pair.Key, other.Segment));
        SegmentsOfDates = [.. nodes.Where(pair => pair.Value.Any(IsOfDates)).Select(pair => pair.Key)];

        journeysByEvent = Index(journeys.Where(pair => pair.Value.Entry is Entry.Event).Select(pair => (((Entry.Event)pair.Value.Entry).Name, pair.Key)));
        journeysBySegment = Index(journeys.Where(pair => pair.Value.Entry is Entry.SegmentEntered).Select(pair => (((Entry.SegmentEntered)pair.Value.Entry).Segment, pair.Key)));
        plans = journeys.ToFrozenDictionary(pair => pair.Key, pair => new Plan(pair.Value), StringComparer.Ordinal);
        Parts = [.. tallies.Keys.Select(id => TallyPart + id), .. segments.Select(pair => $"{SegmentPart}{pair.Key} {Definition(policy, nodes[pair.Key], pair.Value)}")];
        Everything = ChangesIn(Parts);

        FrozenDictionary<string, string[]> By(Func<Condition, IEnumerable<string>> names) =>
            Index(from pair in nodes from node in pair.Value from name in names(node) select (name, pair.Key));
    }

    /// <summary>An event that arrives later than this after it happened starts no run.</summary>
    public TimeSpan LateAfter { get; }

    /// <summary>Every segment after those it names.</summary>
    public IReadOnlyList<string> SegmentsInOrder { get; }

    /// <summary>Segments that ask for dates, which depend on the customer's time zone.</summary>
    public IReadOnlyList<string> SegmentsOfDates { get; }

    /// <summary>What of the catalog a customer's state depends on: a name for each tally and each segment, another one once its definition is another.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>All of <see cref="Parts"/>.</summary>
    public Changes Everything { get; }

    /// <summary>What must be known of the customer's events to answer a condition, and what is asked of it.</summary>
    public ReadOnlySpan<(TallyRule Rule, Test Test)> QuestionsOf(Condition condition) => questions[condition];

    /// <summary>The rule of a computed trait, or null where the path names none.</summary>
    public TallyRule.Single? ComputedBy(string path) => path.StartsWith(Computed, StringComparison.Ordinal) ? computed.GetValueOrDefault(path) : null;

    /// <summary>Every computed trait with its path.</summary>
    public IReadOnlyDictionary<string, TallyRule.Single> ComputedTraits => computed;

    public bool HasTally(string id) => tallies.ContainsKey(id);

    public IReadOnlyList<TallyRule> TalliesOf(string eventName) => talliesByEvent.GetValueOrDefault(eventName, []);

    public IReadOnlyList<string> JourneysEnteredBy(string eventName) => journeysByEvent.GetValueOrDefault(eventName, []);

    public IReadOnlyList<string> JourneysEnteredBySegment(string segment) => journeysBySegment.GetValueOrDefault(segment, []);

    public Plan PlanOf(string journey) => plans[journey];

    public IReadOnlyList<string> SegmentsTouchedByTally(string id) => segmentsByTally.GetValueOrDefault(id, []);

    public IReadOnlyList<string> SegmentsTouchedByTrait(string trait) => segmentsByTrait.GetValueOrDefault(trait, []);

    public IReadOnlyList<string> SegmentsTouchedByTopic(string topic) => segmentsByTopic.GetValueOrDefault(topic, []);

    public IReadOnlyList<string> SegmentsTouchedByTag(string tag) => segmentsByTag.GetValueOrDefault(tag, []);

    /// <summary>Segments whose rule names this one.</summary>
    public IReadOnlyList<string> SegmentsTouchedBySegment(string segment) => dependents.GetValueOrDefault(segment, []);

    /// <summary>These segments and all whose rules lead to them.</summary>
    internal HashSet<string> WithDependents(IEnumerable<string> segments) => Reach(segments, dependents);

    /// <summary>These segments and all that their rules lead to.</summary>
    internal HashSet<string> WithNamed(IEnumerable<string> segments) => Reach(segments, named);

    /// <summary>Place of a segment in <see cref="SegmentsInOrder"/>.</summary>
    public int RankOf(string segment) => rank[segment];

    /// <summary>What the parts named are.</summary>
    internal static Changes ChangesIn(IEnumerable<string> parts)
    {
        HashSet<string> tallies = new(StringComparer.Ordinal), segments = new(StringComparer.Ordinal);
        foreach (var part in parts)
            if (part.StartsWith(TallyPart, StringComparison.Ordinal)) tallies.Add(part[TallyPart.Length..]);
            else segments.Add(part.Split(' ')[1]);
        return new(tallies, segments);
    }

    /// <summary>A condition and all those inside it.</summary>
    public static IEnumerable<Condition> Nodes(Condition condition) => condition switch
    {
        Condition.All all => all.Conditions.SelectMany(Nodes).Prepend(condition),
        Condition.Any any => any.Conditions.SelectMany(Nodes).Prepend(condition),
        Condition.Not not => Nodes(not.Condition).Prepend(condition),
        _ => [condition],
    };

    private static FrozenDictionary<string, T[]> Index<T>(IEnumerable<(string Name, T Item)> pairs) =>
        pairs.GroupBy(pair => pair.Name, pair => pair.Item, StringComparer.Ordinal).ToFrozenDictionary(group => group.Key, group => group.Distinct().ToArray(), StringComparer.Ordinal);

    private static HashSet<string> Reach(IEnumerable<string> segments, FrozenDictionary<string, string[]> next)
    {
        HashSet<string> reached = new(StringComparer.Ordinal);
        Stack<string> open = new(segments);
        while (open.TryPop(out var id))
            if (reached.Add(id))
                foreach (var other in next.GetValueOrDefault(id, [])) open.Push(other);
        return reached;
    }

    private bool IsOfDates(Condition node) => node is Condition.Trait { Test.IsOfDates: true } || (questions.TryGetValue(node, out var asked) && asked.Any(question => question.Test.IsOfDates));

    // What a segment says also depends on the consent its topics need where the customer lives, on what computed traits are, and where it asks for dates on the zone of customers without one.
    private string Definition(Policy policy, Condition[] nodes, Segment segment) => Hash.Id(
    [
        ConfigJson.Canonical(segment.When),
        .. nodes.OfType<Condition.Consented>().Select(consented => policy.Topics.GetValueOrDefault(consented.Topic)?.Consent.ToString() ?? ""),
        .. nodes.Any(node => node is Condition.Consented { Said: null }) && !policy.Packs.All.IsEmpty ? [policy.Packs.Terms, policy.UnknownCountry ?? ""] : Array.Empty<string>(),
        .. nodes.OfType<Condition.Trait>().Select(trait => ComputedBy(trait.Path)?.Id ?? ""),
        .. nodes.Any(IsOfDates) ? [policy.TimeZone ?? ""] : Array.Empty<string>(),
    ])[..12];

    // Depth first; the config check has refused cycles.
    private static List<string> Order(Dictionary<string, Condition[]> nodes)
    {
        List<string> ordered = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var id in nodes.Keys.Order(StringComparer.Ordinal)) Visit(id);
        return ordered;

        void Visit(string id)
        {
            if (!seen.Add(id)) return;
            foreach (var other in nodes[id].OfType<Condition.InSegment>()) Visit(other.Segment);
            ordered.Add(id);
        }
    }
}
