using System.ComponentModel;
using MarketingAutomation.Config;

namespace MarketingAutomation.Segments;

/// <summary>A node of a segment's rule, true or false for one customer at one instant.</summary>
public abstract record Condition
{
    private Condition() { } // closed: these cases and no others

    public sealed record All([Verb("all"), Description("Every one of these holds.")] IReadOnlyList<Condition> Conditions) : Condition;

    public sealed record Any([Verb("any"), Description("At least one of these holds.")] IReadOnlyList<Condition> Conditions) : Condition;

    public sealed record Not([Verb("not"), Description("This does not hold.")] Condition Condition) : Condition;

    public sealed record InSegment([Verb("segment"), Description("The customer is in this segment (its file name without .json).")] string Segment) : Condition;

    public sealed record Trait(
        [Verb("trait"), Description("A trait of the customer; dots lead into nested traits (address.country).")] string Path,
        [Inline] Test Test) : Condition;

    public sealed record Consented(
        [Verb("consent"), Description("A topic of policy.json: may the customer get it?")] string Topic,
        [Description("true: may get it; false: may not.")] bool Is = true) : Condition;

    /// <summary>How often the customer did something, in the window <c>(now − within, now]</c> or ever.</summary>
    public sealed record Event(
        [Verb("event"), Description("The event's name, as tracked; pages are \"Page Viewed\", screens \"Screen Viewed\".")] string Name,
        [Description("Only events whose properties pass these tests; dots lead into nested properties.")] IReadOnlyDictionary<string, Test>? Where = null,
        [Description("How many; at least one where not given.")] Test? Count = null,
        [Description("Only the last span of time, such as P90D; ever where not given.")] TimeSpan? Within = null) : Condition;
}
