namespace MarketingAutomation.Bus;

/// <summary>
/// The same bus on a broker that somebody else wrote and that keeps its messages on disk. It speaks AMQP 1.0 and not Service Bus's
/// dialect: see <see cref="AmqpOptions.Plain"/>.
/// </summary>
public sealed class RabbitTests(RabbitBroker broker) : IClassFixture<RabbitBroker>
{
    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(5), Soon = TimeSpan.FromSeconds(120);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Messages_are_completed_given_back_and_put_aside(string name)
    {
        await using var bus = broker.Open();
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

    [Fact]
    public async Task A_queue_that_is_not_there_or_not_ours_is_reported()
    {
        await using var bus = broker.Open();
        await Assert.ThrowsAsync<BusEntityException>(() => bus.ReceiveAsync(RabbitBroker.Address("nowhere"), 1, LockFor, Ct));
        await Assert.ThrowsAsync<BusEntityException>(() => bus.ReceiveAsync(RabbitBroker.Address("private"), 1, LockFor, Ct));
        await bus.SendAsync(RabbitBroker.Address("other"), [new([1])], Ct); // nothing else suffers
        await bus.CompleteAsync(await bus.ReceiveAsync(RabbitBroker.Address("other"), 1, LockFor, Ct), Ct);
    }

    [Fact]
    public async Task A_wrong_password_is_reported_without_it()
    {
        await using var bus = broker.Open("not-the-password");
        var fault = await Assert.ThrowsAsync<BusEntityException>(() => bus.SendAsync(RabbitBroker.Address("classic"), [new([1])], Ct));
        Assert.Equal("amqp:unauthorized-access", fault.Condition);
        Assert.DoesNotContain("not-the-password", fault.ToString(), StringComparison.Ordinal);
    }
}
