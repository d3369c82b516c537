using System.Collections.Frozen;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Channels;

/// <summary>A channel that is asked before a message is claimed for it: not while the provider is down, and no faster than the policy says.</summary>
internal sealed partial class GatedChannel(IChannel channel, SendingRates? rates, IPartitionStore store, TimeProvider clock, ILogger<GatedChannel> log) : IChannel, IDisposable
{
    private readonly Circuit circuit = new(clock);

    private readonly SharedRate account = new(store, "all", now => rates?.Account(now), clock);

    private readonly FrozenDictionary<string, SharedRate> domains = (rates?.PerDomain ?? new Dictionary<string, decimal>())
        .ToFrozenDictionary(domain => domain.Key, domain => new SharedRate(store, $"to-{domain.Key}", _ => rates!.Domain(domain.Key), clock), StringComparer.OrdinalIgnoreCase);

    public string Name => channel.Name;

    public bool IsIdempotent => channel.IsIdempotent;

    public bool CallsBack => channel.CallsBack;

    public async ValueTask<DateTimeOffset?> WaitAsync(string address, CancellationToken ct)
    {
        if (circuit.Wait() is { } open) return open;
        if (!domains.TryGetValue(address[(address.LastIndexOf('@') + 1)..], out var domain)) return (await account.TakeAsync(ct)).Wait;
        var place = await domain.TakeAsync(ct);
        if (place.Wait is not null) return place.Wait;
        var slot = (await account.TakeAsync(ct)).Wait;
        if (slot is not null) await domain.GiveBackAsync(place, ct);
        return slot;
    }

    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        var outcome = await channel.SendAsync(message, ct);
        if (circuit.Take(outcome) is { } until) Held(until, outcome switch { Outcome.Retry retry => retry.Reason, Outcome.Unknown unknown => unknown.Reason, _ => "" });
        return outcome;
    }

    /// <summary>The channel itself belongs to who opened it.</summary>
    public void Dispose()
    {
        account.Dispose();
        foreach (var domain in domains.Values) domain.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Messages are held back until {Until:O}: {Reason}")]
    private partial void Held(DateTimeOffset until, string reason);
}
