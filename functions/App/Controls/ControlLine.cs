using System.Text.Json.Serialization;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Controls;

/// <summary>A control as <c>console/api</c> and <c>--json</c> write it.</summary>
/// <param name="Scope"><c>all</c>, <c>channel</c> or <c>journey</c>.</param>
/// <param name="Id">Of the channel or journey.</param>
/// <param name="Stop"><c>none</c>, <c>paused</c> or <c>killed</c>.</param>
internal sealed record ControlLine(string Scope, string? Id, string Stop, DateTimeOffset Since, string By, string? Reason)
{
    public static ControlLine Of(Control control) => new(
        control.Scope.Kind.ToString().ToLowerInvariant(), control.Scope.Id is { Length: > 0 } id ? id : null, control.Stop.ToString().ToLowerInvariant(), control.Since, control.By, control.Reason);

    public static ControlList Of(IEnumerable<Control> controls) => new([.. controls.Select(Of)]);
}

internal sealed record ControlList(IReadOnlyList<ControlLine> Controls);

/// <summary>What to stop or let go on, as posted: exactly one of <paramref name="Journey"/>, <paramref name="Channel"/> and <paramref name="All"/>.</summary>
internal sealed record ControlCall(string? Journey = null, string? Channel = null, bool All = false, string? Reason = null)
{
    /// <returns>Null where not exactly one thing is named.</returns>
    public ControlScope? Scope => (Journey, Channel, All) switch
    {
        ({ Length: > 0 } id, null, false) => ControlScope.OfJourney(id),
        (null, { Length: > 0 } name, false) => ControlScope.OfChannel(name),
        (null, null, true) => ControlScope.All,
        _ => null,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n", UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ControlList))]
[JsonSerializable(typeof(ControlLine))]
[JsonSerializable(typeof(ControlCall))]
internal sealed partial class ControlLineJson : JsonSerializerContext;
