using MarketingAutomation.Bus;

namespace MarketingAutomation.Growing;

/// <summary>Service Bus as far as effects use it: sending takes its time, and so many messages a second go through.</summary>
internal sealed class SimulatedBus(VirtualTime time, Server credits, Random random) : IBus
{
    /// <summary>Wakes and deliveries sent.</summary>
    public long Sent { get; private set; }

    public async Task SendAsync(string queue, IReadOnlyList<BusMessage> messages, CancellationToken ct)
    {
        Sent += messages.Count;
        await time.At(credits.Take(2 * messages.Count) + Latency.Of(random, AzureFigures.Bus)); // and once more when they are received
    }

    public Task<IReadOnlyList<Received>> ReceiveAsync(string queue, int most, TimeSpan lockFor, CancellationToken ct) => throw new NotSupportedException();

    public Task CompleteAsync(IReadOnlyList<Received> messages, CancellationToken ct) => throw new NotSupportedException();

    public Task AbandonAsync(IReadOnlyList<Received> messages, TimeSpan delay, CancellationToken ct) => throw new NotSupportedException();

    public Task DeadLetterAsync(Received message, string reason, CancellationToken ct) => throw new NotSupportedException();

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task WaitAsync(string queue, CancellationToken ct) => throw new NotSupportedException();
}
