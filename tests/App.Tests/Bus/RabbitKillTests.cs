using System.Collections.Concurrent;
using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Bus;

/// <summary>A broker of its own, because it is killed. Only its classic queue is used: a quorum queue of RabbitMQ 3.10 has been seen to stay away for minutes after a kill.</summary>
public sealed class RabbitKillTests(RabbitBroker broker) : IClassFixture<RabbitBroker>
{
    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(5), Soon = TimeSpan.FromSeconds(120);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_confirmed_outlives_a_broker_killed_while_sending()
    {
        const int Messages = 10_000, KilledAfter = 3_000;
        var queue = RabbitBroker.Address("classic");
        var confirmed = new ConcurrentBag<int>();
        await using (var bus = broker.Open())
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

        await using var next = broker.Open();
        var received = new HashSet<int>();
        while (await next.ReceiveAsync(queue, 500, LockFor, Ct) is [_, ..] messages)
        {
            foreach (var message in messages) received.Add(BitConverter.ToInt32(message.Body));
            await next.CompleteAsync(messages, Ct);
        }
        Assert.Equal(Enumerable.Range(0, Messages), received.Order());
    }
}
