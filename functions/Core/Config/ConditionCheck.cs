using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>A condition asks something.</summary>
public static class ConditionCheck
{
    private static readonly Test NoTest = new();

    public static IEnumerable<Finding> Check(Part part) => part.Value switch
    {
        Test test => [.. Compares(part, test)],
        Condition.All { Conditions: [] } => [part.At("all", "is an empty list: give at least one condition")],
        Condition.Any { Conditions: [] } => [part.At("any", "is an empty list: give at least one condition")],
        Condition.Trait trait => Leads(part, "trait", trait.Path),
        IReadOnlyDictionary<string, Test> where => where.Keys.SelectMany(path => Leads(part, path, path)),
        _ => [],
    };

    private static IEnumerable<Finding> Compares(Part part, Test test)
    {
        if (test == NoTest) yield return part.At($"compares with nothing: add one of {Words.List(Operators)}");
        if (test.OneOf is []) yield return part.At("oneOf", "is an empty list, which no value is in: give at least one value");
        if (IsBetweenNothing(test)) yield return part.At("holds for no number: its lower bound is not below its upper bound");
    }

    private static IEnumerable<string> Operators => ((Shape.Record)Shapes.Of(typeof(Test))).Properties.Select(p => p.Name);

    private static bool IsBetweenNothing(Test test) =>
        test.AtLeast > test.AtMost || test.AtLeast >= test.LessThan || test.GreaterThan >= test.AtMost || test.GreaterThan >= test.LessThan;

    // Dots lead into nested values, so there is a name on both sides of each.
    private static IEnumerable<Finding> Leads(Part part, string property, string path) =>
        path.Split('.').Any(string.IsNullOrWhiteSpace) ? [part.At(property, $"\"{path}\" misses a name before, between or after its dots")] : [];
}
