using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Simulation;

/// <summary>Passes messages on to a channel and tells of each one that it took.</summary>
internal sealed class OverheardChannel(IChannel channel) : IChannel
{
    private int count;

    /// <summary>Told by whatever thread sends.</summary>
    public event Action<OutgoingMessage>? Sent;

    /// <summary>Messages told of so far.</summary>
    public int Count => count;

    public string Name => channel.Name;

    public bool IsIdempotent => channel.IsIdempotent;

    public bool CallsBack => channel.CallsBack;

    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        var outcome = await channel.SendAsync(message, ct);
        if (outcome is Outcome.Sent)
        {
            Interlocked.Increment(ref count);
            Sent?.Invoke(message);
        }
        return outcome;
    }
}
