using System.ComponentModel;
using System.Text.Json;

namespace MarketingAutomation.Segments;

/// <summary>Compares one value; every operator that is given must hold.</summary>
/// <remarks>
/// One rule for all: a missing value (not there, or null) and a value of another type than the operator compares hold for no operator
/// but <c>isNot</c> and <c>exists: false</c>. Every description that the schema shows agrees with it; a test walks the whole table.
/// </remarks>
public sealed record Test(
    [property: Description("Equals this text, number or boolean. Holds for no missing value and no value of another type.")] JsonElement? Is = null,
    [property: Description("Differs from this value; a missing value and one of another type differ from everything.")] JsonElement? IsNot = null,
    [property: Description("Equals one of these values. Holds for no missing value and no value of another type.")] IReadOnlyList<JsonElement>? OneOf = null,
    [property: Description("Number at least this. Holds for nothing that is missing or no number.")] decimal? AtLeast = null,
    [property: Description("Number at most this. Holds for nothing that is missing or no number.")] decimal? AtMost = null,
    [property: Description("Number greater than this. Holds for nothing that is missing or no number.")] decimal? GreaterThan = null,
    [property: Description("Number less than this. Holds for nothing that is missing or no number.")] decimal? LessThan = null,
    [property: Description("Text that holds this text (case never matters), or list that has it as an element. Holds for nothing else.")] JsonElement? Contains = null,
    [property: Description("Text that begins with this (case never matters). Holds for nothing that is missing or no text.")] string? StartsWith = null,
    [property: Description("Text that ends with this (case never matters). Holds for nothing that is missing or no text.")] string? EndsWith = null,
    [property: Description("Text in which this regular expression matches somewhere (^ and $ hold it to the ends); no look-around, no back-references, texts up to 4,096 characters. Holds for nothing else.")] string? Matches = null,
    [property: Description("true: case does not matter to is, isNot, oneOf, matches and elements of lists.")] bool IgnoreCase = false,
    [property: Description("Version number (2.10.1, semver.org) at least this. Holds for nothing that is missing or no version.")] string? VersionAtLeast = null,
    [property: Description("Version number (semver.org) before this one. Holds for nothing that is missing or no version.")] string? VersionBelow = null,
    [property: Description("Date before this day (2026-01-31, in the customer's time zone) or instant (2026-01-31T12:00:00Z). Holds for nothing that is missing or no date.")] string? Before = null,
    [property: Description("Date after this day or instant. Holds for nothing that is missing or no date.")] string? After = null,
    [property: Description("Date not yet over and at most this span ahead; a date without a time is its whole day in the customer's time zone. Holds for nothing that is missing or no date.")] TimeSpan? WithinNext = null,
    [property: Description("Date that has come, and was over no longer than this span ago. Holds for nothing that is missing or no date.")] TimeSpan? WithinLast = null,
    [property: Description("true: today is a yearly return of this date in the customer's time zone (29 February returns on 28 February where there is none); false: it is not. Holds for nothing that is missing or no date.")] bool? AnniversaryToday = null,
    [property: Description("A yearly return of this date is today or begins within this span, at most P365D. Holds for nothing that is missing or no date.")] TimeSpan? AnniversaryWithin = null,
    [property: Description("true: the value is there and not null; false: it is missing or null.")] bool? Exists = null)
{
    /// <summary>The bounds of a test that only compares a number with them, as most tests of events do; null for all others.</summary>
    internal Bounds? Bounds { get; } =
        (AtLeast ?? AtMost ?? GreaterThan ?? LessThan) is not null && Is is null && IsNot is null && OneOf is null && Contains is null && StartsWith is null && EndsWith is null && Matches is null
        && VersionAtLeast is null && VersionBelow is null && Before is null && After is null && WithinNext is null && WithinLast is null && AnniversaryToday is null && AnniversaryWithin is null && Exists is null
            ? Segments.Bounds.Of(AtLeast, AtMost, GreaterThan, LessThan)
            : null;

    /// <summary>Whether time alone may change what it says of a value.</summary>
    internal bool IsOfTime => WithinNext is not null || WithinLast is not null || AnniversaryToday is not null || AnniversaryWithin is not null;

    /// <summary>Whether what it says of a value depends on the customer's time zone.</summary>
    internal bool IsOfDates => IsOfTime || Before is not null || After is not null;
}
