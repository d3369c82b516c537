using System.ComponentModel;

namespace MarketingAutomation.Segments;

/// <summary>A named rule that says who is in, as written in <c>config/segments/*.json</c>.</summary>
public sealed record Segment(
    [property: Description("What people call it, per language.")] IReadOnlyDictionary<string, string> Name,
    [property: Description("The customer is in while this holds.")] Condition When,
    [property: Description("What it is for.")] string? Description = null);
