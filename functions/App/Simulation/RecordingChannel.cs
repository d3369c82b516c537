using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Simulation;

/// <summary>Sends nothing: takes every message as sent and counts.</summary>
internal sealed class RecordingChannel : IChannel
{
    private long sent;

    public bool IsIdempotent => true;

    public long Sent => Interlocked.Read(ref sent);

    public Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        Interlocked.Increment(ref sent);
        return Task.FromResult<Outcome>(new Outcome.Sent(null));
    }
}
