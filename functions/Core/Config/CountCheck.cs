using System.Text.Json;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>What comes of events is compared with what it can come to.</summary>
public static class CountCheck
{
    /// <summary>The largest number of events that a condition may ask for.</summary>
    public const int Most = 10_000;

    private static readonly string[] OfNumbers = ["is", "isNot", "oneOf", "atLeast", "atMost", "greaterThan", "lessThan"];

    public static IEnumerable<Finding> Check(Part part) => part.Value switch
    {
        Condition.Event e =>
        [
            .. Count(part, "count", e.Count),
            .. Count(part, "distinct", e.Distinct?.Test),
            .. Number(part, "sum", e.Sum?.Test),
            .. Number(part, "average", e.Average?.Test),
            .. Number(part, "min", e.Min?.Test),
            .. Number(part, "max", e.Max?.Test),
        ],
        Condition.Engaged engaged => Count(part, "count", engaged.Count),
        _ => [],
    };

    private static IEnumerable<Finding> Count(Part part, string property, Test? count)
    {
        if (count is null) yield break;
        var path = JsonPath.Child(part.Path, property);
        foreach (var name in Given(count).Except(OfNumbers))
            yield return part.Json.At($"{path}.{name}", name == "exists" ? "cannot be asked of a count, which is always there: for no event at all write \"is\": 0" : $"cannot be asked of a number: use {Words.List(OfNumbers)}");
        foreach (var (name, threshold) in Thresholds(count))
            if (threshold is not >= 0 or > Most || !decimal.IsInteger(threshold.Value))
                yield return part.Json.At($"{path}.{name}", $"must be a whole number from 0 to {Most}");
    }

    private static IEnumerable<Finding> Number(Part part, string property, Test? test)
    {
        if (test is null) yield break;
        var path = JsonPath.Child(part.Path, property);
        foreach (var name in Given(test).Except([.. OfNumbers, "exists"]))
            yield return part.Json.At($"{path}.{name}", $"cannot be asked of a number: use {Words.List(OfNumbers)}");
        foreach (var (name, threshold) in Thresholds(test))
            if (threshold is null) yield return part.Json.At($"{path}.{name}", "must be a number");
    }

    /// <summary>Names of the operators that a test has.</summary>
    public static IEnumerable<string> Given(Test test) =>
        from property in ((Shape.Record)Shapes.Of(typeof(Test))).Properties
        where property.ValueIn(test) is { } value && !value.Equals(property.Default)
        select property.Name;

    // A threshold that is no number is null.
    private static IEnumerable<(string Name, decimal? Threshold)> Thresholds(Test count)
    {
        if (count.Is is { } value) yield return ("is", Value.NumberOf(value));
        if (count.IsNot is { } other) yield return ("isNot", Value.NumberOf(other));
        for (var i = 0; i < count.OneOf?.Count; i++) yield return ($"oneOf[{i}]", Value.NumberOf(count.OneOf[i]));
        if (count.AtLeast is { } atLeast) yield return ("atLeast", atLeast);
        if (count.AtMost is { } atMost) yield return ("atMost", atMost);
        if (count.GreaterThan is { } greaterThan) yield return ("greaterThan", greaterThan);
        if (count.LessThan is { } lessThan) yield return ("lessThan", lessThan);
    }
}
