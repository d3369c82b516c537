using MarketingAutomation.Journeys;

namespace MarketingAutomation.Config;

/// <summary>A journey can be walked from its entry through every one of its steps.</summary>
public static class JourneyCheck
{
    /// <summary>The largest part of runs, in percent, that may be kept from messages.</summary>
    public const int MostHoldout = 50;

    private static readonly string[] Reentries = ["afterExit", "never", "always"];

    public static IEnumerable<Finding> Check(ConfigFile file) => [.. file.Parts.SelectMany(Check), .. RepeatedIds(file)];

    private static IEnumerable<Finding> Check(Part part) => part.Value switch
    {
        Journey journey => CheckJourney(part, journey),
        Entry { Reentry: { } reentry } => CheckReentry(part, reentry),
        Step.Branch branch => CheckWays(part, branch.Ways),
        IReadOnlyList<Step> steps => Unreachable(part, steps),
        _ => [],
    };

    private static IEnumerable<Finding> CheckJourney(Part part, Journey journey)
    {
        if (journey.Holdout is < 0 or > MostHoldout) yield return part.At("holdout", $"is {journey.Holdout} but must be a percentage from 0 to {MostHoldout}");
        if (journey.Steps is []) yield return part.At("steps", "is an empty list: give at least one step");
    }

    private static IEnumerable<Finding> CheckReentry(Part part, string reentry) =>
        Reentries.Contains(reentry) || IsoSpan.TryParse(reentry, out _, out var problem) ? []
        : reentry is ['P', ..] ? [part.At("reentry", problem)]
        : [part.At("reentry", $"is \"{reentry}\" but must be {Words.List(Reentries)}, or a span of time such as \"P7D\"{Words.DidYouMean(reentry, Reentries)}")];

    private static IEnumerable<Finding> CheckWays(Part part, IReadOnlyList<Way> ways)
    {
        if (ways is []) yield return part.At("branch", "is an empty list: give at least one way");
        foreach (var (i, way) in ways.Index())
        {
            var at = JsonPath.Item(JsonPath.Child(part.Path, "branch"), i);
            if (i < ways.Count - 1 && way.When is null) yield return part.Json.At(at, "misses \"when\": only the last way takes everybody else");
            if (i == ways.Count - 1 && way.When is not null) yield return part.Json.At(JsonPath.Child(at, "when"), "belongs to no last way: add one behind it without \"when\", for everybody else; its steps may be []");
        }
    }

    private static IEnumerable<Finding> Unreachable(Part part, IReadOnlyList<Step> steps) =>
        from step in steps.Index().SkipLast(1)
        where AlwaysExits(step.Item)
        select part.Json.At(JsonPath.Item(part.Path, step.Index + 1), $"is never reached: step \"{step.Item.Id}\" before it always exits");

    private static bool AlwaysExits(Step step) =>
        step is Step.Exit || (step is Step.Branch { Ways: [_, ..] ways } && ways.All(way => way.Steps.Any(AlwaysExits)));

    private static IEnumerable<Finding> RepeatedIds(ConfigFile file) =>
        from part in file.Parts
        where part.Value is Step
        group part by ((Step)part.Value).Id into same
        from part in same.Skip(1)
        select part.At("id", $"\"{same.Key}\" is already the id of {same.First().Path}: choose another, unique in the journey");
}
