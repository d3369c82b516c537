using System.Text.Json.Serialization;
using MarketingAutomation.Config;
using MarketingAutomation.Controls;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Receptions;

/// <summary>How messages were received, as <c>console/api</c> and <c>--json</c> write it.</summary>
/// <param name="Within">Of messages sent in the last span of time, whole hours.</param>
internal sealed record ReceptionList(string Within, IReadOnlyList<ReceivedJourney> Journeys)
{
    public static async Task<ReceptionList> ReadAsync(ReceptionCounts counts, ControlSet controls, AutoPause? limits, string? journey, CancellationToken ct)
    {
        var within = limits?.Within ?? AutoPause.DefaultWithin;
        return new(IsoSpan.Format(within), [.. from line in await counts.ReadAsync(within, controls, ct) where journey is null || line.Journey == journey group line by line.Journey into lines select ReceivedJourney.From([.. lines], controls, limits)]);
    }

    /// <summary>What is wrong with a journey asked for that has no line here; null where nothing is.</summary>
    public string? Problem(string? journey, Catalog catalog, ControlSet controls) => journey is null || Journeys.Count > 0 ? null : ControlDesk.Problem(ControlScope.OfJourney(journey), catalog, controls);
}

/// <param name="Stop"><c>none</c>, <c>paused</c> or <c>killed</c>: the journey's own.</param>
/// <param name="Since">Counted from then on, since the journey was stopped before; null where it was not, or is stopped.</param>
/// <param name="Passed">The limit that these numbers pass, in words; null where they pass none.</param>
internal sealed record ReceivedJourney(string Journey, string Stop, DateTimeOffset? Since, string? Passed, long Sent, long HardBounces, long Complaints, long Unsubscribes, IReadOnlyList<ReceivedLine> Of)
{
    public static ReceivedJourney From(IReadOnlyList<Reception> lines, ControlSet controls, AutoPause? limits)
    {
        var (sum, control) = (Reception.Sum(lines), controls.Of(ControlScope.OfJourney(lines[0].Journey)));
        return new(sum.Journey, (control?.Stop ?? Deliveries.Stop.None).ToString().ToLowerInvariant(), control is { Stop: Deliveries.Stop.None } ? control.Since : null, limits?.Judge(lines), sum.Sent, sum.HardBounces, sum.Complaints, sum.Unsubscribes,
            [.. lines.Select(line => new ReceivedLine(line.Topic, line.Domain, line.Sent, line.HardBounces, line.Complaints, line.Unsubscribes))]);
    }
}

/// <param name="Domain">Of the recipients; null for all whose domain may be their own.</param>
internal sealed record ReceivedLine(string Topic, string? Domain, long Sent, long HardBounces, long Complaints, long Unsubscribes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ReceptionList))]
internal sealed partial class ReceptionJson : JsonSerializerContext;
