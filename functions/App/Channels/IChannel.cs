using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Channels;

/// <summary>Hands one message to one provider, once.</summary>
internal interface IChannel
{
    /// <summary>Whether handing over the same delivery again makes no second message.</summary>
    bool IsIdempotent { get; }

    /// <summary>One attempt, no retry of its own. Refusals and broken connections are outcomes, not exceptions.</summary>
    Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct);
}
