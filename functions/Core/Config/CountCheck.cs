using System.Text.Json;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>A number of events is compared with numbers that events can come to.</summary>
public static class CountCheck
{
    /// <summary>The largest number of events that a condition may ask for.</summary>
    public const int Most = 10_000;

    public static IEnumerable<Finding> Check(Part part) =>
        part.Value is Condition.Event { Count: { } count } ? Check(part.Json, JsonPath.Child(part.Path, "count"), count) : [];

    private static IEnumerable<Finding> Check(JsonText json, string path, Test count)
    {
        if (count.Contains is not null) yield return json.At($"{path}.contains", "cannot be asked of a number: use is, isNot, oneOf, atLeast, atMost, greaterThan or lessThan");
        if (count.Exists is not null) yield return json.At($"{path}.exists", "cannot be asked of a count, which is always there: for no event at all write \"is\": 0");
        foreach (var (name, threshold) in Thresholds(count))
        {
            if (threshold is not >= 0 or > Most || !decimal.IsInteger(threshold.Value))
                yield return json.At($"{path}.{name}", $"must be a whole number from 0 to {Most}");
        }
    }

    // A threshold that is no number is null.
    private static IEnumerable<(string Name, decimal? Threshold)> Thresholds(Test count)
    {
        if (count.Is is { } value) yield return ("is", Number(value));
        if (count.IsNot is { } other) yield return ("isNot", Number(other));
        for (var i = 0; i < count.OneOf?.Count; i++) yield return ($"oneOf[{i}]", Number(count.OneOf[i]));
        if (count.AtLeast is { } atLeast) yield return ("atLeast", atLeast);
        if (count.AtMost is { } atMost) yield return ("atMost", atMost);
        if (count.GreaterThan is { } greaterThan) yield return ("greaterThan", greaterThan);
        if (count.LessThan is { } lessThan) yield return ("lessThan", lessThan);
    }

    private static decimal? Number(JsonElement value) => value.ValueKind is JsonValueKind.Number ? value.GetDecimal() : null;
}
