using MarketingAutomation.Bus.ServiceBusDialect;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Bus;

public sealed class AmqpBusTests : BusContract, IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DialectBroker _broker;
    private readonly AmqpBus _bus;

    public AmqpBusTests()
    {
        _broker = new(_clock, new(LockFor, MostDeliveries: 10), "events", "wakes");
        _bus = new(AmqpEndpoint.Parse(_broker.ConnectionString, () => throw new NotSupportedException()), Patient, _clock, NullLogger<AmqpBus>.Instance);
    }

    /// <summary>Waits for messages longer than a busy machine takes to bring them.</summary>
    internal static AmqpOptions Patient => AmqpOptions.Default with { EmptyAfter = TimeSpan.FromSeconds(1), Gap = TimeSpan.FromMilliseconds(300) };

    private protected override IBus Bus => _bus;

    private protected override IDeadLetters DeadLetters => _bus;

    private protected override string Queue => "events";

    private protected override string OtherQueue => "wakes";

    private protected override DateTimeOffset Now => _clock.GetUtcNow();

    private protected override Task ElapseAsync(TimeSpan span)
    {
        _clock.Advance(span);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        _broker.Dispose();
    }
}
