using System.ComponentModel;
using System.Text.Json;

namespace MarketingAutomation.Segments;

/// <summary>Compares one value; every operator that is given must hold.</summary>
/// <remarks>A missing value, or one of another type than the operator compares, holds for no operator but <c>isNot</c> and <c>exists: false</c>.</remarks>
public sealed record Test(
    [property: Description("Equals this text (case matters), number or boolean.")] JsonElement? Is = null,
    [property: Description("Differs from this value; a missing value differs from everything.")] JsonElement? IsNot = null,
    [property: Description("Equals one of these values.")] IReadOnlyList<JsonElement>? OneOf = null,
    [property: Description("Number at least this.")] decimal? AtLeast = null,
    [property: Description("Number at most this.")] decimal? AtMost = null,
    [property: Description("Number greater than this.")] decimal? GreaterThan = null,
    [property: Description("Number less than this.")] decimal? LessThan = null,
    [property: Description("Text that holds this text (case does not matter), or list that holds it as an element.")] string? Contains = null,
    [property: Description("true: the value is there and not null; false: it is missing or null.")] bool? Exists = null);
