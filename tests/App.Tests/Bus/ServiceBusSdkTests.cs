using MarketingAutomation.Bus.ServiceBusDialect;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Bus;

/// <summary>What we put on the wire, read by somebody else's code, and the other way round: else we would only be tested against ourselves.</summary>
public sealed class ServiceBusSdkTests : IAsyncDisposable
{
    private const string Queue = "events";

    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(1), Soon = TimeSpan.FromSeconds(60);

    private readonly DialectBroker _broker = new(TimeProvider.System, new(LockFor), Queue);
    private readonly AmqpBus _bus;
    private readonly ServiceBusSdk _sdk;

    public ServiceBusSdkTests()
    {
        _sdk = ServiceBusSdk.OpenOrSkip(_broker.ConnectionString);
        _bus = new(AmqpEndpoint.Parse(_broker.ConnectionString, () => throw new NotSupportedException()), AmqpBusTests.Patient with { EmptyAfter = TimeSpan.FromSeconds(5) }, TimeProvider.System, NullLogger<AmqpBus>.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _sdk.Dispose();
        await _bus.DisposeAsync();
        _broker.Dispose();
    }

    [Fact]
    public async Task It_receives_what_we_send_one_by_one()
    {
        foreach (var body in Bodies) await _bus.SendAsync(Queue, [new(body)], Ct);
        await AssertReceivesAsync(Bodies);
    }

    [Fact]
    public async Task It_receives_what_we_send_in_batches()
    {
        byte[][] bodies = [.. Enumerable.Range(0, 300).Select(n => (byte[])[.. BitConverter.GetBytes(n), .. new byte[1996]])];
        await _bus.SendAsync(Queue, [.. bodies.Select(body => new BusMessage(body))], Ct);
        Assert.InRange(_broker.Faults.Transfers, 3, 4);
        await AssertReceivesAsync(bodies);
    }

    [Fact]
    public async Task It_sees_what_we_schedule_as_scheduled_until_it_is_due()
    {
        var due = DateTimeOffset.UtcNow.AddSeconds(4);
        await _bus.SendAsync(Queue, [new([1], due), new([2], due.AddHours(1))], Ct);
        Assert.Equal(["scheduled", "scheduled"], (await _sdk.PeekAsync(Queue, 10, Ct)).Select(message => message.State));
        var message = Assert.Single(await _sdk.ReceiveAsync(Queue, 1, "complete", Ct, wait: 30_000));
        Assert.True(DateTimeOffset.UtcNow >= due.AddMilliseconds(-1));
        Assert.Equal(1, message.Body[0]);
    }

    [Fact]
    public async Task We_receive_what_it_sends_and_complete_it()
    {
        await _sdk.SendAsync(Queue, new("a", [1, 2]), Ct);
        await _sdk.SendBatchAsync(Queue, [new("b", [3]), new("c", [])], Ct);
        await _sdk.SendAsync(Queue, new("d", new byte[200_000]), Ct);
        var messages = new List<Received>();
        while (messages.Count < 4) messages.AddRange(await _bus.ReceiveAsync(Queue, 4 - messages.Count, LockFor, Ct));
        Assert.Equal([[1, 2], [3], [], new byte[200_000]], messages.Select(message => message.Body));
        Assert.All(messages, message => Assert.Equal(1, message.DeliveryCount));
        await _bus.CompleteAsync(messages, Ct);
        Assert.Empty(await _sdk.PeekAsync(Queue, 10, Ct));
    }

    [Fact]
    public async Task We_wait_for_what_it_schedules()
    {
        var due = DateTimeOffset.UtcNow.AddSeconds(3);
        await _sdk.ScheduleAsync(Queue, new("a", [1]), due, Ct);
        await _bus.WaitAsync(Queue, Ct).WaitAsync(Soon, Ct);
        Assert.True(DateTimeOffset.UtcNow >= due.AddMilliseconds(-1));
        Assert.Equal([1], Assert.Single(await _bus.ReceiveAsync(Queue, 1, LockFor, Ct)).Body);
    }

    [Fact]
    public async Task It_reads_the_reason_of_what_we_put_aside_and_we_read_its_own()
    {
        await _bus.SendAsync(Queue, [new([1])], Ct);
        await _bus.DeadLetterAsync(Assert.Single(await _bus.ReceiveAsync(Queue, 1, LockFor, Ct)), "poison", Ct);
        var ours = Assert.Single(await _sdk.ReceiveAsync(Queue, 1, "complete", Ct, aside: true));
        Assert.Equal(("poison", 1), (ours.Reason, ours.Body[0]));

        await _sdk.SendAsync(Queue, new("b", [2]), Ct);
        Assert.Single(await _sdk.ReceiveAsync(Queue, 1, "deadLetter", Ct, reason: "not for us"));
        var letter = Assert.Single(await _bus.DeadLettersAsync(Queue, 10, Ct));
        Assert.Equal(("not for us", (byte)2), (letter.Reason, letter.Body[0]));
        Assert.True(await _bus.ResubmitAsync(letter, Ct));
        var again = Assert.Single(await _sdk.ReceiveAsync(Queue, 1, "complete", Ct));
        Assert.Equal(("b", (byte)2, null), (again.Id, again.Body[0], again.Reason));
        Assert.Empty(await _sdk.PeekAsync(Queue, 10, Ct, aside: true));
    }

    [Fact]
    public async Task What_either_gives_back_the_other_receives_with_its_count()
    {
        await _bus.SendAsync(Queue, [new([1])], Ct);
        await _bus.AbandonAsync(await _bus.ReceiveAsync(Queue, 1, LockFor, Ct), TimeSpan.Zero, Ct);
        Assert.Equal(1, Assert.Single(await _sdk.ReceiveAsync(Queue, 1, "abandon", Ct)).DeliveryCount); // it counts failures, we count deliveries
        var third = await _bus.ReceiveAsync(Queue, 1, LockFor, Ct);
        Assert.Equal(3, Assert.Single(third).DeliveryCount);
        await _bus.AbandonAsync(third, TimeSpan.FromSeconds(2), Ct);
        Assert.Equal("scheduled", Assert.Single(await _sdk.PeekAsync(Queue, 10, Ct)).State);
        await _bus.WaitAsync(Queue, Ct).WaitAsync(Soon, Ct);
        Assert.Equal(4, Assert.Single(await _bus.ReceiveAsync(Queue, 1, LockFor, Ct)).DeliveryCount);
    }

    private static byte[][] Bodies => [[1, 2, 3], [], "{\"user\":\"爱达\"}"u8.ToArray(), new byte[200_000]];

    private async Task AssertReceivesAsync(byte[][] bodies)
    {
        var messages = new List<ServiceBusSdk.Message>();
        while (messages.Count < bodies.Length && await _sdk.ReceiveAsync(Queue, bodies.Length, "complete", Ct) is [_, ..] more) messages.AddRange(more);
        Assert.Equal(bodies, messages.Select(message => message.Body));
        Assert.Equal(bodies.Length, messages.Select(message => message.Id).Distinct().Count());
        Assert.Equal((0, 0, 0), _broker.Queue(Queue).Count);
    }
}
