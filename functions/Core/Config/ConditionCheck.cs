using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>A condition asks something that can be answered.</summary>
public static class ConditionCheck
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public static IEnumerable<Finding> Check(Part part) => part.Value switch
    {
        Test test => [.. Compares(part, test), .. Reads(part, test)],
        Condition.All { Conditions: [] } => [part.At("all", "is an empty list: give at least one condition")],
        Condition.Any { Conditions: [] } => [part.At("any", "is an empty list: give at least one condition")],
        Condition.Trait trait => Leads(part, "trait", trait.Path),
        Condition.Event e => IsDate(part, "since", e.Since),
        Condition.Sequence sequence => [.. Follows(part, sequence), .. sequence.Key is { } key ? Leads(part, "key", key) : []],
        Condition.Bucket { From: var from, To: var to } when from >= to => [part.At("draws nobody: \"from\" is not below \"to\"")],
        Measured measured => Leads(part, "of", measured.Of),
        IReadOnlyDictionary<string, Test> where => where.SelectMany(pair => Leads(part, pair.Key, pair.Key).Concat(Lasts(part, pair.Key, pair.Value))),
        _ => [],
    };

    /// <summary>A day or instant that can be read.</summary>
    public static IEnumerable<Finding> IsDate(Part part, string property, string? text) =>
        text is null || Moment.Of(text) is not null ? [] : [part.At(property, $"is \"{text}\", which is no date: write a day such as \"2026-01-31\" or an instant such as \"2026-01-31T12:00:00Z\"")];

    /// <summary>Dots lead into nested values, so there is a name on both sides of each.</summary>
    public static IEnumerable<Finding> Leads(Part part, string property, string path) =>
        path.Split('.').Any(string.IsNullOrWhiteSpace) ? [part.At(property, $"\"{path}\" misses a name before, between or after its dots")] : [];

    private static IEnumerable<Finding> Compares(Part part, Test test)
    {
        if (!CountCheck.Given(test).Except(["ignoreCase"]).Any()) yield return part.At($"compares with nothing: add one of {Words.List(Operators)}");
        if (test.OneOf is []) yield return part.At("oneOf", "is an empty list, which no value is in: give at least one value");
        if (IsBetweenNothing(test)) yield return part.At("holds for no number: its lower bound is not below its upper bound");
    }

    // What the operators compare with can be read.
    private static IEnumerable<Finding> Reads(Part part, Test test) =>
    [
        .. IsDate(part, "before", test.Before),
        .. IsDate(part, "after", test.After),
        .. IsVersion(part, "versionAtLeast", test.VersionAtLeast),
        .. IsVersion(part, "versionBelow", test.VersionBelow),
        .. test.Matches is { } pattern && Fault(pattern, test.IgnoreCase) is { } fault ? [part.At("matches", fault)] : Array.Empty<Finding>(),
        .. test.AnniversaryWithin > Year ? [part.At("anniversaryWithin", "must be at most P365D: every date returns within a year")] : Array.Empty<Finding>(),
    ];

    private static IEnumerable<string> Operators => ((Shape.Record)Shapes.Of(typeof(Test))).Properties.Select(p => p.Name).Except(["ignoreCase"]);

    private static bool IsBetweenNothing(Test test) =>
        test.AtLeast > test.AtMost || test.AtLeast >= test.LessThan || test.GreaterThan >= test.AtMost || test.GreaterThan >= test.LessThan;

    private static IEnumerable<Finding> IsVersion(Part part, string property, string? text) =>
        text is null || Versions.IsVersion(text) ? [] : [part.At(property, $"is \"{text}\", which is no version number such as \"2.10.1\"")];

    // Which events count does not depend on when it is asked.
    private static IEnumerable<Finding> Lasts(Part part, string property, Test test) =>
        test.IsOfTime ? [part.At(property, "asks how a date lies to the present, which changes after the event: use before and after, or \"last\" of the property")] : [];

    private static IEnumerable<Finding> Follows(Part part, Condition.Sequence sequence)
    {
        if (sequence.Then is null == sequence.ThenNot is null) yield return part.At("must have one of \"then\" and \"thenNot\": what comes, or does not come, after the first event");
        if (sequence.InLast <= sequence.Within) yield return part.At("inLast", "must be longer than \"within\", or the customer would be out before the time is over");
    }

    private static string? Fault(string pattern, bool ignoreCase)
    {
        try
        {
            Patterns.Of(pattern, ignoreCase);
            return null;
        }
        catch (NotSupportedException)
        {
            return "needs look-around, back-references or too many repetitions, which could take for ever: say it more simply";
        }
        catch (ArgumentException)
        {
            return "is no regular expression: a bracket is open, or something stands where it means nothing";
        }
    }
}
