using MarketingAutomation.Controls;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Receptions;

/// <summary>Looks at each tick how messages were received, and pauses journeys that have passed a limit of the policy.</summary>
/// <param name="limits">Null where there are none: then hours are only summed up.</param>
internal sealed partial class AutoPauses(ReceptionCounts counts, ControlDesk desk, AutoPause? limits, ILogger<AutoPauses> log)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var controls = await desk.ReadAsync(ct);
        await counts.CloseAsync(controls, ct);
        if (limits is null) return;
        foreach (var journey in (await counts.ReadAsync(limits.Within ?? AutoPause.DefaultWithin, controls, ct)).GroupBy(line => line.Journey, StringComparer.Ordinal))
            if (limits.Judge([.. journey]) is { } reason) await PauseAsync(ControlScope.OfJourney(journey.Key), controls, reason, ct);
    }

    // Only as long as nobody has said anything of the journey since it was judged: somebody who lets it go on means it.
    private async Task PauseAsync(ControlScope journey, ControlSet judged, string reason, CancellationToken ct)
    {
        var known = judged.Of(journey);
        if (known is { Stop: not Stop.None }) return;
        if ((await desk.SetAsync(journey, Stop.Paused, ControlDesk.Auto, reason, now => now == known, ct)).Changed) Paused(journey.Id, reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Journey {Journey} has paused itself: {Reason}")]
    private partial void Paused(string journey, string reason);
}
