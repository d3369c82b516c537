using MarketingAutomation.Channels;
using MarketingAutomation.Controls;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Hooks;

namespace MarketingAutomation.Handlers;

/// <summary>What a delivery whose turn has come is decided on: what operators, the list of suppressions, the channel and its provider say of it.</summary>
/// <remarks>Asked for each try to commit, so that no claim rests on older word than it may.</remarks>
internal sealed class DeliveryInputs(Suppressions suppressions, CalledBack calledBack, StandingControls controls, IChannel channel, TimeProvider clock)
{
    private static readonly IReadOnlyList<Input> None = [];

    /// <param name="token">Of the attempt that would be made.</param>
    /// <returns>What to decide; or nothing, and until when the delivery waits for the channel, unclaimed.</returns>
    public async ValueTask<(IReadOnlyList<Input> Inputs, DateTimeOffset? Parked)> OfAsync(Customer customer, string id, string token, CancellationToken ct)
    {
        if (customer.Deliveries.GetValueOrDefault(id) is not { } delivery) return (None, null);
        var isDue = !(delivery.Until > clock.GetUtcNow());
        if (delivery.Status == DeliveryStatus.Unknown && delivery.Until is not null && isDue) return ([new Input.Reconcile(id, channel.CallsBack ? await calledBack.LatestAsync(ct) : null)], null);
        if (delivery.IsSettled) return (None, null);
        var (stop, address, isSending) = ((await controls.NowAsync(ct)).On(delivery.Journey, channel.Name), customer.Email, delivery.Status == DeliveryStatus.Sending);
        if (stop == Stop.None && !isSending && isDue && address is not null && await channel.WaitAsync(address, ct) is { } parked) return (None, parked);
        if (isSending && delivery.Token != token && !channel.IsIdempotent) // whoever claimed it may have handed it over
            return (isDue ? [new Input.Settle(id, delivery.Token!, new Outcome.Unknown("the attempt was interrupted"))] : None, null);
        return ([new Input.Admit(id, token, address, address is not null && await suppressions.ContainsAsync(address, ct), Again: isSending, stop)], null);
    }
}
