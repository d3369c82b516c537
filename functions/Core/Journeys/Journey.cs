using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MarketingAutomation.Config;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Journeys;

/// <summary>What happens to a customer from an entry on, step by step, as written in <c>config/journeys/*.json</c>.</summary>
public sealed record Journey(
    [property: Description("What people call it, per language.")] IReadOnlyDictionary<string, string> Name,
    [property: Description("What starts a run.")] Entry Entry,
    [property: Description("Steps in order.")] IReadOnlyList<Step> Steps,
    [property: Description("What ends a run at once, wherever it is.")] IReadOnlyList<ExitRule>? ExitOn = null,
    [property: Description("What the journey is to bring about.")] Goal? Goal = null,
    [property: Description("Percent of runs, 0 to 50, that get no message which may be refused, to measure what the messages are worth."), Range(0, 50)] decimal Holdout = 0,
    [property: Description("What it is for.")] string? Description = null);

/// <summary>What starts a run.</summary>
public abstract record Entry(string? Reentry)
{
    public sealed record Event(
        [Verb("event"), Description("An event of this name starts a run.")] string Name,
        [Description("Only events whose properties pass these tests.")] IReadOnlyDictionary<string, Test>? Where = null,
        [Description("A property of the event, such as cart_id: customers may be in several runs at once, one for each value.")] string? Key = null,
        [Description("Whether a customer may enter again: \"afterExit\" (the default: once the last run has ended), \"never\", \"always\" (even while in), or a span since the last entry such as P7D.")] string? Reentry = null) : Entry(Reentry);

    public sealed record SegmentEntered(
        [Verb("segmentEntered"), Description("Entering this segment starts a run.")] string Segment,
        [Description("Whether a customer may enter again: \"afterExit\" (the default: once the last run has ended), \"never\", \"always\" (even while in), or a span since the last entry such as P7D.")] string? Reentry = null) : Entry(Reentry);

    /// <summary>A broadcast's, which is written in a file of its own: each customer of the segment is entered once, from <paramref name="At"/> on.</summary>
    public sealed record Broadcast(string Segment, DateTimeOffset At) : Entry("always");
}

/// <summary>Ends a run at once.</summary>
public abstract record ExitRule
{
    private ExitRule() { }

    public sealed record Event(
        [Verb("event"), Description("An event of this name ends the run.")] string Name,
        [Description("Only events whose properties pass these tests.")] IReadOnlyDictionary<string, Test>? Where = null) : ExitRule;

    public sealed record SegmentEntered([Verb("segmentEntered"), Description("Entering this segment ends the run.")] string Segment) : ExitRule;

    public sealed record SegmentLeft([Verb("segmentLeft"), Description("Leaving this segment ends the run.")] string Segment) : ExitRule;
}

/// <summary>What counts as success: an event at most <paramref name="Within"/> after entry, both ends included.</summary>
public sealed record Goal(
    [property: Description("The event's name.")] string Event,
    [property: Description("How long after entry it counts, such as P30D.")] TimeSpan Within,
    [property: Description("Only events whose properties pass these tests.")] IReadOnlyDictionary<string, Test>? Where = null,
    [property: Description("A numeric property of the event that says what the conversion is worth.")] string? Value = null);
