using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>A computed trait measures what there is to measure. It is made of events alone, so none can depend on itself.</summary>
public static class TraitCheck
{
    public static IEnumerable<Finding> Check(Part part) => part.Value is ComputedTrait trait ? Check(part, trait) : [];

    private static IEnumerable<Finding> Check(Part part, ComputedTrait trait)
    {
        var needs = trait.Take is not (Measure.Count or Measure.DaysSince);
        if (needs && trait.Of is null) yield return part.At("misses \"of\", the property to take it of");
        if (!needs && trait.Of is not null) yield return part.At("of", "has no use here: events themselves are counted");
        if (trait.Take == Measure.DaysSince && trait.Within is not null) yield return part.At("within", "has no use with daysSince: compare the number of days instead");
        foreach (var finding in ConditionCheck.IsDate(part, "since", trait.Since)) yield return finding;
        if (trait.Of is { } path) foreach (var finding in ConditionCheck.Leads(part, "of", path)) yield return finding;
    }
}
