using System.Security.Cryptography;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Controls;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Hooks;

namespace MarketingAutomation.Handlers;

/// <summary>Deliveries queue: admits a message, commits the claim to send it, hands it over once, and settles what came of it; asks later about what nobody knows.</summary>
internal sealed class DeliveriesHandler(CustomerWork work, CustomerStore customers, Suppressions suppressions, CalledBack calledBack, IChannel channel, IBus bus, TimeProvider clock, Retries retries, StandingControls controls, WaitingDeliveries waiting) : IHandler
{
    // What the channel said is known only here: forgetting it would make a message that went out one of which nobody knows.
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(60);

    public async Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct) => await work.RunAsync(
        from message in await work.ReadAsync(batch, Read, ct)
        let request = message.Content
        select request.Release is { } release
            ? new CustomerWork.Item(Queue.Deliveries, message.Tries, token => ReleaseAsync(release, token), _ => [release.ToBody()])
            : ItemOf(request.Delivery!, message.Tries),
        ct);

    public CustomerWork.Item ItemOf(DeliveryRequest request, int tries) => new(request.Queue, tries, token => DeliverAsync(request, token), _ => [request.ToBody()]);

    private static (DeliveryRequest? Delivery, Release? Release) Read(byte[] body) => Release.Of(body) is { } release ? (null, release) : (DeliveryRequest.Of(body), null);

    private async Task<Decided> ReleaseAsync(Release release, CancellationToken ct)
    {
        await retries.RunAsync(again => waiting.ReleaseAsync(release, again), ct);
        return Decided.Nothing;
    }

    private async Task<Decided> DeliverAsync(DeliveryRequest request, CancellationToken ct)
    {
        var token = RandomNumberGenerator.GetHexString(16, lowercase: true);
        DateTimeOffset? parked = null;
        var admitted = await retries.RunAsync(again => customers.DecideAsync(request.Customer, async (customer, cancel) =>
        {
            var stop = await StopAsync(customer, request.Delivery, cancel);
            parked = stop == Stop.None ? await ParkedAsync(customer, request.Delivery, cancel) : null;
            return parked is null ? await InputsAsync(customer, request.Delivery, token, stop, cancel) : [];
        }, again), ct);
        if (parked is { } due)
        {
            await retries.RunAsync(again => bus.SendAsync(request.Queue, [new(request.ToBody(), due)], again), ct);
            return admitted;
        }
        if (admitted.Outgoing is { } message)
        {
            var outcome = await channel.SendAsync(message, ct);
            return Decided.Join(admitted, await retries.RunAsync(again => customers.DecideAsync(admitted, new Input.Settle(request.Delivery, token, outcome), again), SettlePatience, ct));
        }
        if (admitted.Customer.Deliveries.GetValueOrDefault(request.Delivery) is { Status: DeliveryStatus.Sending, Until: { } until } && until > clock.GetUtcNow()) // whoever claimed it may have died
            await retries.RunAsync(again => bus.SendAsync(request.Queue, [new(request.ToBody(), until)], again), ct);
        return admitted;
    }

    // Asked for each try to commit, so that no claim rests on older word than it may.
    private async ValueTask<Stop> StopAsync(Customer customer, string id, CancellationToken ct) =>
        customer.Deliveries.GetValueOrDefault(id) is { IsSettled: false } delivery ? (await controls.NowAsync(ct)).On(delivery.Journey, channel.Name) : Stop.None;

    // Until when a message waits for the channel, unclaimed; null where it need not, or will not be handed over now anyway.
    private async ValueTask<DateTimeOffset?> ParkedAsync(Customer customer, string id, CancellationToken ct) =>
        customer.Deliveries.GetValueOrDefault(id) is { IsSettled: false, Status: not DeliveryStatus.Sending } delivery && !(delivery.Until > clock.GetUtcNow()) && customer.Email is { } address
            ? await channel.WaitAsync(address, ct)
            : null;

    private async ValueTask<IReadOnlyList<Input>> InputsAsync(Customer customer, string id, string token, Stop stop, CancellationToken ct)
    {
        if (customer.Deliveries.GetValueOrDefault(id) is not { } delivery) return [];
        if (delivery.Status == DeliveryStatus.Unknown && delivery.Until <= clock.GetUtcNow()) return [new Input.Reconcile(id, channel.CallsBack ? await calledBack.LatestAsync(ct) : null)];
        if (delivery.IsSettled) return [];
        var sending = delivery.Status == DeliveryStatus.Sending;
        if (sending && delivery.Token != token && !channel.IsIdempotent) // whoever claimed it may have handed it over
            return delivery.Until > clock.GetUtcNow() ? [] : [new Input.Settle(id, delivery.Token!, new Outcome.Unknown("the attempt was interrupted"))];
        var address = customer.Email;
        return [new Input.Admit(id, token, address, address is not null && await suppressions.ContainsAsync(address, ct), Again: sending, stop)];
    }
}
