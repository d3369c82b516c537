using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Bus;

/// <summary>The real service. <c>MARKETING_TEST_SERVICEBUS</c> is a connection string with <c>;EntityPath=QUEUE</c> of a queue that may be emptied.</summary>
public sealed class LiveServiceBusTests
{
    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(1), Soon = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_go_to_Azure_and_come_back()
    {
        var setting = Environment.GetEnvironmentVariable("MARKETING_TEST_SERVICEBUS") ?? "";
        Assert.SkipWhen(setting.Length == 0, "MARKETING_TEST_SERVICEBUS holds no connection string of a real Service Bus.");
        var queue = setting.Split(';', StringSplitOptions.TrimEntries).FirstOrDefault(part => part.StartsWith("EntityPath=", StringComparison.OrdinalIgnoreCase))?["EntityPath=".Length..];
        Assert.False(string.IsNullOrEmpty(queue), "MARKETING_TEST_SERVICEBUS names no queue; add ;EntityPath=QUEUE with one that may be emptied.");
        await using var bus = AmqpBus.Open(setting, TimeProvider.System, NullLogger<AmqpBus>.Instance);
        while (await bus.ReceiveAsync(queue, 100, LockFor, Ct) is [_, ..] old) await bus.CompleteAsync(old, Ct);

        await bus.SendAsync(queue, [new([1]), new(new byte[200_000]), new([3], DateTimeOffset.UtcNow.AddSeconds(5))], Ct);
        var first = await TakeAsync(2);
        await bus.CompleteAsync([first.Single(message => message.Body.Length > 1)], Ct);
        await bus.AbandonAsync([first.Single(message => message.Body.Length == 1)], TimeSpan.FromSeconds(2), Ct);
        var later = await TakeAsync(2);
        Assert.Equal([1, 3], later.Select(message => (int)message.Body[0]).Order());
        Assert.Equal(2, later.Single(message => message.Body[0] == 1).DeliveryCount);
        var reason = Guid.NewGuid().ToString();
        await bus.DeadLetterAsync(later[0], reason, Ct);
        await bus.CompleteAsync([later[1]], Ct);
        var letter = Assert.Single(await bus.DeadLettersAsync(queue, 1000, Ct), letter => letter.Reason == reason);
        Assert.True(await bus.ResubmitAsync(letter, Ct));
        await bus.CompleteAsync(await TakeAsync(1), Ct);

        async Task<List<Received>> TakeAsync(int count)
        {
            var taken = new List<Received>();
            while (taken.Count < count)
            {
                await bus.WaitAsync(queue, Ct).WaitAsync(Soon, Ct);
                taken.AddRange(await bus.ReceiveAsync(queue, count - taken.Count, LockFor, Ct));
            }
            return taken;
        }
    }
}
