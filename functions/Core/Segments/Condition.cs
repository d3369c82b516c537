using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
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
        [Verb("trait"), Description("A trait of the customer; dots lead into nested traits (address.country), and into every element where a list stands on the way; computed.x is the trait that config/traits/x.json computes.")] string Path,
        [Inline] Test Test) : Condition;

    public sealed record Consented(
        [Verb("consent"), Description("A topic of policy.json: may the customer get it? Or \"tracking\": may we see what the customer opens and follows?")] string Topic,
        [Description("true: may get it; false: may not.")] bool Is = true,
        [Description("Asks for the customer's recorded word instead: \"yes\", \"no\", or \"nothing\" where none is recorded.")] Word? Said = null) : Condition;

    /// <summary>What the customer did: how often, and what values came of it, in the window <c>(now − within, now]</c>, from an instant on, or ever.</summary>
    public sealed record Event(
        [Verb("event"), Description("The event's name, as tracked; pages are \"Page Viewed\", screens \"Screen Viewed\".")] string Name,
        [Description("Only events whose properties pass these tests; dots lead into nested properties.")] IReadOnlyDictionary<string, Test>? Where = null,
        [Description("How many; at least one where nothing is measured.")] Test? Count = null,
        [Description("Only the last span of time, such as P90D; ever where not given.")] TimeSpan? Within = null,
        [Description("Only from this day (its start, UTC) or instant on, such as 2026-01-01.")] string? Since = null,
        [Description("The sum of a numeric property; 0 where there is no such event.")] Measured? Sum = null,
        [Description("The average of a numeric property; missing where there is no such event.")] Measured? Average = null,
        [Description("The smallest value of a numeric property; missing where there is no such event.")] Measured? Min = null,
        [Description("The largest value of a numeric property; missing where there is no such event.")] Measured? Max = null,
        [Description("How many different values a property had; 0 where there is no such event.")] Measured? Distinct = null,
        [Description("The property's value in the first event that has it.")] Measured? First = null,
        [Description("The property's value in the last event that has it.")] Measured? Last = null) : Condition;

    /// <summary>One event, then another – or not – within a span that has both ends inside it.</summary>
    public sealed record Sequence(
        [Verb("sequence"), Description("The event it begins with.")] Occurrence First,
        [Description("How long after the first event the second may come at the latest, both ends included, such as PT2H.")] TimeSpan Within,
        [Description("Holds where this other event came in that time.")] Occurrence? Then = null,
        [Description("Holds once that time is over and this other event has not come in it.")] Occurrence? ThenNot = null,
        [Description("A property that must be the same in both events, such as cart_id; events without it do not count.")] string? Key = null,
        [Description("The first event was in this last span of time, such as P30D; ever where not given.")] TimeSpan? InLast = null) : Condition;

    /// <summary>What the customer did with our messages; what programs did does not count.</summary>
    public sealed record Engaged(
        [Verb("engaged"), Description("\"got\": a message was sent; \"opened\", \"clicked\": by a person, not by a program.")] Engagement Kind,
        [Description("Only this message (its folder's name).")] string? Message = null,
        [Description("Only messages of this topic.")] string? Topic = null,
        [Description("Only the last span of time; ever where not given.")] TimeSpan? Within = null,
        [Description("How often; at least once where not given.")] Test? Count = null) : Condition;

    public sealed record Tagged([Verb("tag"), Description("The customer has this tag: added by the event \"Tag Added\", neither removed by \"Tag Removed\" nor expired.")] string Tag) : Condition;

    /// <summary>A sticky draw, the same for a customer for ever and independent of draws of other names.</summary>
    public sealed record Bucket(
        [Verb("bucket"), Description("Name of the draw; the same name draws the same customers everywhere.")] string Name,
        [property: Description("Percent from which on, this included."), Range(0, 100)] decimal From = 0,
        [property: Description("Percent up to which, this not included."), Range(0, 100)] decimal To = 100) : Condition;
}

/// <summary>What a number or value that comes of events is compared with.</summary>
public sealed record Measured(
    [property: Description("The property; dots lead into nested ones.")] string Of,
    [Inline] Test Test);

public sealed record Occurrence(
    [property: Description("The event's name.")] string Event,
    [property: Description("Only events whose properties pass these tests.")] IReadOnlyDictionary<string, Test>? Where = null);

public enum Engagement { Got, Opened, Clicked }

public enum Word { Yes, No, Nothing }
