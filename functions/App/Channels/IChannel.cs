using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Channels;

/// <summary>Hands one message to one provider, once.</summary>
internal interface IChannel
{
    /// <summary>As operators name it who stop it; one that goes nowhere outside has none.</summary>
    string Name => "";

    /// <summary>Whether handing over the same delivery again makes no second message.</summary>
    bool IsIdempotent { get; }

    /// <summary>Whether the provider calls back about every message it has taken, so that its silence about one means something.</summary>
    bool CallsBack => false;

    /// <summary>Asked before a message is claimed, so that waiting costs it no attempt: may one be handed over now?</summary>
    /// <returns>Null where it may; else when to ask again.</returns>
    ValueTask<DateTimeOffset?> WaitAsync(string address, CancellationToken ct) => ValueTask.FromResult<DateTimeOffset?>(null);

    /// <summary>One attempt, no retry of its own. Refusals and broken connections are outcomes, not exceptions.</summary>
    Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct);
}
