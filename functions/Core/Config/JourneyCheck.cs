using MarketingAutomation.Journeys;

namespace MarketingAutomation.Config;

/// <summary>A journey can be walked from its entry through every one of its steps.</summary>
public static class JourneyCheck
{
    private static readonly string[] Reentries = ["afterExit", "never", "always"];

    public static IEnumerable<Finding> Check(ConfigFile file) => [.. file.Parts.SelectMany(Check), .. RepeatedIds(file)];

    private static IEnumerable<Finding> Check(Part part) => part.Value switch
    {
        Journey { Steps: [] } => [part.At("steps", "is an empty list: give at least one step")],
        Entry { Reentry: { } reentry } => CheckReentry(part, reentry),
        Step.Branch branch => CheckWays(part, branch.Ways),
        IReadOnlyList<Step> steps => Unreachable(part, steps),
        _ => [],
    };

    private static IEnumerable<Finding> CheckReentry(Part part, string reentry) =>
        Reentries.Contains(reentry) || IsoSpan.TryParse(reentry, out _, out var problem) ? []
        : reentry is ['P', ..] ? [part.At("reentry", problem)]
        : [part.At("reentry", $"is \"{reentry}\" but must be {Words.List(Reentries)}, or a span of time such as \"P7D\"{Words.DidYouMean(reentry, Reentries)}")];

    private static IEnumerable<Finding> CheckWays(Part part, IReadOnlyList<Way> ways)
    {
        if (ways is []) yield return part.At("branch", "is an empty list: give at least one way");
        for (var i = 0; i < ways.Count; i++)
        {
            var (at, isLast) = (JsonPath.Item(JsonPath.Child(part.Path, "branch"), i), i == ways.Count - 1);
            if (!isLast && ways[i].When is null) yield return part.Json.At(at, "misses \"when\": only the last way takes everybody else");
            if (isLast && ways[i].When is not null) yield return part.Json.At(JsonPath.Child(at, "when"), "belongs to no last way: add one behind it without \"when\", for everybody else; its steps may be []");
        }
    }

    private static IEnumerable<Finding> Unreachable(Part part, IReadOnlyList<Step> steps) =>
        from i in Enumerable.Range(1, Math.Max(0, steps.Count - 1))
        where AlwaysExits(steps[i - 1])
        select part.Json.At(JsonPath.Item(part.Path, i), $"is never reached: step \"{steps[i - 1].Id}\" before it always exits");

    private static bool AlwaysExits(Step step) =>
        step is Step.Exit || (step is Step.Branch { Ways: [_, ..] ways } && ways.All(way => way.Steps.Any(AlwaysExits)));

    private static IEnumerable<Finding> RepeatedIds(ConfigFile file) =>
        from part in file.Parts
        where part.Value is Step
        group part by ((Step)part.Value).Id into same
        from part in same.Skip(1)
        select part.At("id", $"\"{same.Key}\" is already the id of {same.First().Path}: choose another, unique in the journey");
}
