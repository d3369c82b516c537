using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Controls;

/// <summary>Where messages are stopped and let go on, by whomever.</summary>
internal sealed class ControlDesk(IPartitionStore store, IBus bus, TimeProvider clock)
{
    /// <summary>Who says so, from a command line, over HTTP, or because a limit was passed.</summary>
    public const string Command = "command", Console = "console", Auto = "auto";

    private const int LongestReason = 500;

    // By then every process has read that the stop is lifted, and does not put back on the list what was taken off it.
    private static readonly TimeSpan UntilAllKnow = 2 * StandingControls.MostAge;

    private readonly ControlStore controls = new(store, clock);

    public Task<ControlSet> ReadAsync(CancellationToken ct) => controls.ReadAsync(ct);

    /// <inheritdoc cref="ControlStore.HistoryAsync"/>
    public Task<IReadOnlyList<Control>> HistoryAsync(int most, CancellationToken ct) => controls.HistoryAsync(most, ct);

    /// <summary>Stops a scope, or lets it go on. What waits in it asks again soon where it need not wait any more: after a pause to go, after a kill to be skipped.</summary>
    /// <returns>What stands now, and whether that is a change.</returns>
    public Task<(Control Now, bool Changed)> SetAsync(ControlScope scope, Stop stop, string by, string? reason, CancellationToken ct) => SetAsync(scope, stop, by, reason, _ => true, ct);

    /// <param name="changes">Asked about what stands; false leaves it as it is.</param>
    /// <inheritdoc cref="SetAsync(ControlScope, Stop, string, string?, CancellationToken)"/>
    public async Task<(Control Now, bool Changed)> SetAsync(ControlScope scope, Stop stop, string by, string? reason, Func<Control?, bool> changes, CancellationToken ct)
    {
        var (now, changed) = await controls.SetAsync(new(scope, stop, default, by, reason), changes, ct);
        // Also where nothing has changed: whoever stopped half-way and says it again has not let anything go yet.
        if (now.Stop != Stop.Paused) await bus.SendAsync(Queue.Deliveries, [new(new Release(scope.Kind == ControlKind.Journey ? scope.Id : null).ToBody(), clock.GetUtcNow() + UntilAllKnow)], ct);
        return (now, changed);
    }

    /// <summary>What is wrong with a reason; null where nothing is. It is one line: people read it in lists.</summary>
    public static string? Problem(string? reason) =>
        reason?.Length > LongestReason ? $"A reason has at most {LongestReason} characters." : reason?.Any(char.IsControl) == true ? "A reason is one line, without control characters." : null;

    /// <summary>What is wrong with a scope; null where nothing is. One that something was said of before is good, also where the config does not name it any more.</summary>
    /// <param name="catalog">Null where it is not known here.</param>
    public static string? Problem(ControlScope scope, Catalog? catalog, ControlSet known) => scope switch
    {
        { Kind: ControlKind.All } => null,
        _ when known.Of(scope) is not null => null,
        { Kind: ControlKind.Channel } => ChannelNames.All.Contains(scope.Id) ? null : $"There is no channel {scope.Id}; there are {string.Join(", ", ChannelNames.All)}.",
        _ => catalog is null || catalog.Journeys.ContainsKey(scope.Id) ? null : $"There is no journey {scope.Id}; there are {string.Join(", ", catalog.Journeys.Keys)}.",
    };
}
