using System.Security.Cryptography;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Controls;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Handlers;

/// <summary>Deliveries queue: admits a message, commits the claim to send it, hands it over once, and settles what came of it; asks later about what nobody knows.</summary>
internal sealed class DeliveriesHandler(CustomerWork work, CustomerStore customers, DeliveryInputs inputs, IChannel channel, IBus bus, TimeProvider clock, Retries retries, WaitingDeliveries waiting) : IHandler
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
            (var asked, parked) = await inputs.OfAsync(customer, request.Delivery, token, cancel);
            return asked;
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
}
