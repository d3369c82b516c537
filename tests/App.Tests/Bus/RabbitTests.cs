using System.Collections.Concurrent;
using MarketingAutomation.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Bus;

/// <summary>
/// The same bus on a broker that somebody else wrote and that keeps its messages on disk. It speaks AMQP 1.0 and not Service Bus's
/// dialect: see <see cref="AmqpOptions.Plain"/>.
/// </summary>
public sealed class RabbitTests(RabbitBroker broker) : IClassFixture<RabbitBroker>
{
    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(5), Soon = TimeSpan.FromSeconds(120);

    private static readonly AmqpOptions Plain = AmqpBusTests.Patient with { Plain = true, EmptyAfter = TimeSpan.FromSeconds(3), FirstPause = TimeSpan.FromMilliseconds(50), RetryFor = TimeSpan.FromSeconds(120) };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Messages_are_completed_given_back_and_put_aside(string name)
    {
        await using var bus = Open();
        var (queue, aside) = (RabbitBroker.Address(name), RabbitBroker.Address($"{name}-aside"));
        await bus.SendAsync(queue, [new([1]), new([2]), new(new byte[200_000])], Ct);
        await bus.WaitAsync(queue, Ct).WaitAsync(Soon, Ct);
        var taken = await bus.ReceiveAsync(queue, 3, LockFor, Ct);
        Assert.Equal([1, 1, 200_000], taken.Select(message => message.Body.Length));
        await bus.CompleteAsync([taken[2]], Ct);
        await bus.AbandonAsync([taken[0]], TimeSpan.Zero, Ct);
        await bus.DeadLetterAsync(taken[1], "poison", Ct);
        var again = Assert.Single(await bus.ReceiveAsync(queue, 3, LockFor, Ct));
        Assert.Equal(1, again.Body[0]);
        await bus.CompleteAsync([again], Ct);
        Assert.Equal(2, Assert.Single(await bus.ReceiveAsync(aside, 3, LockFor, Ct)).Body[0]);
        Assert.Empty(await bus.ReceiveAsync(queue, 3, LockFor, Ct));
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task What_was_confirmed_outlives_a_broker_killed_while_sending(string name)
    {
        const int Messages = 10_000, KilledAfter = 3_000;
        var queue = RabbitBroker.Address(name);
        var confirmed = new ConcurrentBag<int>();
        await using (var bus = Open())
        {
            var sending = Parallel.ForEachAsync(Enumerable.Range(0, Messages), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Ct }, async (n, ct) =>
            {
                await bus.SendAsync(queue, [new(BitConverter.GetBytes(n))], ct);
                confirmed.Add(n);
            });
            await Eventually.HoldsAsync(() => Task.FromResult(confirmed.Count > KilledAfter), "Sending does not go on.", Soon, Ct);
            await broker.KillAsync();
            var before = confirmed.Count;
            Assert.InRange(before, KilledAfter, Messages - 1);
            await broker.StartAsync();
            await sending.WaitAsync(Soon, Ct);
        }
        Assert.Equal(Messages, confirmed.Count);

        await using var next = Open();
        var received = new HashSet<int>();
        while (await next.ReceiveAsync(queue, 500, LockFor, Ct) is [_, ..] messages)
        {
            foreach (var message in messages) received.Add(BitConverter.ToInt32(message.Body));
            await next.CompleteAsync(messages, Ct);
        }
        Assert.Equal(Enumerable.Range(0, Messages), received.Order());
    }

    [Fact]
    public async Task A_queue_that_is_not_there_or_not_ours_is_reported()
    {
        await using var bus = Open();
        await Assert.ThrowsAsync<BusEntityException>(() => bus.ReceiveAsync(RabbitBroker.Address("nowhere"), 1, LockFor, Ct));
        await Assert.ThrowsAsync<BusEntityException>(() => bus.ReceiveAsync(RabbitBroker.Address("private"), 1, LockFor, Ct));
        await bus.SendAsync(RabbitBroker.Address("other"), [new([1])], Ct); // nothing else suffers
        await bus.CompleteAsync(await bus.ReceiveAsync(RabbitBroker.Address("other"), 1, LockFor, Ct), Ct);
    }

    [Fact]
    public async Task A_wrong_password_is_reported_without_it()
    {
        await using var bus = Open("not-the-password");
        var fault = await Assert.ThrowsAsync<BusEntityException>(() => bus.SendAsync(RabbitBroker.Address("classic"), [new([1])], Ct));
        Assert.Equal("amqp:unauthorized-access", fault.Condition);
        Assert.DoesNotContain("not-the-password", fault.ToString(), StringComparison.Ordinal);
    }

    private AmqpBus Open(string? password = null)
    {
        RabbitBroker.SkipUnlessInstalled();
        return new(new("127.0.0.1", broker.Port, Secure: false, new AmqpCredential.Password(RabbitBroker.User, password ?? broker.Password)), Plain, TimeProvider.System, NullLogger<AmqpBus>.Instance);
    }
}
