using System.ComponentModel;

namespace MarketingAutomation.Segments;

/// <summary>A trait worked out of a customer's events, as written in <c>config/traits/*.json</c>; known as <c>computed.{id}</c> to conditions and as <c>customer.computed.{id}</c> to templates.</summary>
public sealed record ComputedTrait(
    [property: Description("What people call it, per language.")] IReadOnlyDictionary<string, string> Name,
    [property: Description("The event's name, as tracked.")] string Event,
    [property: Description("count, or of a property: sum, average, min, max, distinct (how many different values), first, last, mostFrequent; or daysSince (whole days since the last such event).")] Measure Take,
    [property: Description("The property measured; dots lead into nested ones. Left out for count and daysSince.")] string? Of = null,
    [property: Description("Only events whose properties pass these tests.")] IReadOnlyDictionary<string, Test>? Where = null,
    [property: Description("Only the last span of time, such as P90D; ever where not given.")] TimeSpan? Within = null,
    [property: Description("Only from this day (its start, UTC) or instant on, such as 2026-01-01.")] string? Since = null,
    [property: Description("What it is for.")] string? Description = null)
{
    internal TallyRule.Single ToRule() => TallyRule.Exact(Take, Event, Where, Of, Within, Since);
}
