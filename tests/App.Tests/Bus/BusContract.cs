using System.Collections.Concurrent;

namespace MarketingAutomation.Bus;

/// <summary>What every adapter of <see cref="IBus"/> does. Both queues are the test's own and empty when it starts.</summary>
public abstract class BusContract
{
    private protected static readonly TimeSpan LockFor = TimeSpan.FromSeconds(30);

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected abstract IBus Bus { get; }

    private protected abstract IDeadLetters DeadLetters { get; }

    private protected abstract string Queue { get; }

    private protected abstract string OtherQueue { get; }

    private protected abstract DateTimeOffset Now { get; }

    /// <summary>Returns when the bus's clock has moved on by <paramref name="span"/>.</summary>
    private protected abstract Task ElapseAsync(TimeSpan span);

    [Fact]
    public async Task What_was_sent_is_received_once()
    {
        await SendAsync(1);
        var message = Assert.Single(await ReceiveAsync());
        Assert.Equal((Queue, 1, (byte)1), (message.Queue, message.DeliveryCount, Assert.Single(message.Body)));
        Assert.Empty(await ReceiveAsync());
    }

    [Fact]
    public async Task Nothing_is_received_where_nothing_was_sent()
    {
        Assert.Empty(await ReceiveAsync());
        await Bus.SendAsync(Queue, [], Ct);
        Assert.Empty(await ReceiveAsync());
    }

    [Fact]
    public async Task Bodies_come_back_as_they_were_from_empty_to_200_KB()
    {
        byte[] large = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7 + i / 251))];
        await Bus.SendAsync(Queue, [new([]), new(large)], Ct);
        var messages = await ReceiveAsync();
        Assert.Equal([0, 200_000], messages.Select(message => message.Body.Length).Order());
        Assert.Equal(large, messages.MaxBy(message => message.Body.Length)!.Body);
    }

    [Fact]
    public async Task Messages_come_as_they_were_sent()
    {
        await SendAsync(1, 2, 3, 4);
        await SendAsync((5, TimeSpan.Zero), (6, TimeSpan.Zero));
        Assert.Equal([1, 2, 3], Numbers(await ReceiveAsync(most: 3)));
        Assert.Equal([4, 5, 6], Numbers(await ReceiveAsync(most: 3)));
    }

    [Fact]
    public async Task What_was_due_before_it_was_sent_is_received_at_once()
    {
        await SendAsync((1, TimeSpan.FromSeconds(-1)));
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task A_message_is_not_received_before_it_is_due()
    {
        await SendAsync((1, TimeSpan.FromSeconds(10)));
        Assert.Empty(await ReceiveAsync());
        await ElapseAsync(TimeSpan.FromSeconds(9));
        Assert.Empty(await ReceiveAsync());
        await ElapseAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task Queues_do_not_see_each_others_messages()
    {
        await SendAsync(1);
        Assert.Empty(await Bus.ReceiveAsync(OtherQueue, 10, LockFor, Ct));
        await Bus.SendAsync(OtherQueue, [new([2])], Ct);
        Assert.Equal([1], Numbers(await ReceiveAsync()));
        Assert.Equal([2], Numbers(await Bus.ReceiveAsync(OtherQueue, 10, LockFor, Ct)));
    }

    [Fact]
    public async Task What_is_completed_never_comes_back()
    {
        await SendAsync(1, 2, 3);
        await Bus.CompleteAsync(await ReceiveAsync(most: 2), Ct);
        await ElapseAsync(LockFor);
        Assert.Equal([3], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task What_is_not_completed_comes_back_when_its_lock_ends()
    {
        await SendAsync(1);
        var first = Assert.Single(await ReceiveAsync());
        await ElapseAsync(LockFor - TimeSpan.FromSeconds(1));
        Assert.Empty(await ReceiveAsync());
        await ElapseAsync(TimeSpan.FromSeconds(1));
        var second = Assert.Single(await ReceiveAsync());
        Assert.Equal((2, first.Id), (second.DeliveryCount, second.Id));
        Assert.NotEqual(first.Lock, second.Lock);
    }

    [Fact]
    public async Task Who_has_lost_the_lock_can_do_nothing_to_the_message_any_more()
    {
        await SendAsync(1);
        var lost = Assert.Single(await ReceiveAsync());
        await ElapseAsync(LockFor);
        await AllWithLostLockAsync(lost);
        var ours = Assert.Single(await ReceiveAsync());
        await AllWithLostLockAsync(lost);
        Assert.Empty(await ReceiveAsync());
        await Bus.AbandonAsync([ours], TimeSpan.Zero, Ct);
        Assert.Equal(3, Assert.Single(await ReceiveAsync()).DeliveryCount);

        async Task AllWithLostLockAsync(Received message)
        {
            await Bus.CompleteAsync([message], Ct);
            await Bus.AbandonAsync([message], TimeSpan.Zero, Ct);
            await Bus.DeadLetterAsync(message, "too late", Ct);
        }
    }

    [Fact]
    public async Task An_old_lock_is_worth_nothing_also_where_the_new_one_ends_at_the_same_time()
    {
        await SendAsync(1);
        var old = await ReceiveAsync();
        await Bus.AbandonAsync(old, TimeSpan.Zero, Ct);
        var ours = await ReceiveAsync();
        await Bus.CompleteAsync(old, Ct);
        await Bus.AbandonAsync(ours, TimeSpan.Zero, Ct);
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task One_lost_lock_among_many_does_not_keep_the_others_from_completing()
    {
        await SendAsync(1);
        var lost = await ReceiveAsync();
        await ElapseAsync(LockFor);
        await SendAsync(2);
        var both = await ReceiveAsync();
        await Bus.CompleteAsync([.. lost, .. both.Where(message => message.Body[0] == 2)], Ct);
        await ElapseAsync(LockFor);
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task What_is_abandoned_comes_back_after_the_delay()
    {
        await SendAsync(1, 2);
        await Bus.AbandonAsync(await ReceiveAsync(), TimeSpan.FromSeconds(5), Ct);
        await ElapseAsync(TimeSpan.FromSeconds(4));
        Assert.Empty(await ReceiveAsync());
        await ElapseAsync(TimeSpan.FromSeconds(1));
        var again = await ReceiveAsync();
        Assert.Equal([1, 2], Numbers(again));
        Assert.All(again, message => Assert.Equal(2, message.DeliveryCount));
    }

    [Fact]
    public async Task What_is_abandoned_without_delay_comes_back_at_once()
    {
        await SendAsync(1);
        await Bus.AbandonAsync(await ReceiveAsync(), TimeSpan.Zero, Ct);
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task What_is_put_aside_is_not_received_again()
    {
        await SendAsync(1, 2);
        await Bus.DeadLetterAsync((await ReceiveAsync(most: 1))[0], "poison", Ct);
        await ElapseAsync(LockFor);
        Assert.Equal([2], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task Receivers_that_compete_never_get_the_same_message()
    {
        for (var i = 0; i < 10; i++) await SendAsync([.. Enumerable.Range(i * 20, 20).Select(n => (byte)n)]);
        var received = new ConcurrentBag<byte>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (await ReceiveAsync(most: 7) is [_, ..] messages)
            {
                foreach (var message in messages) received.Add(message.Body[0]);
                await Bus.CompleteAsync(messages, Ct);
            }
        }, Ct)));
        Assert.Equal(Enumerable.Range(0, 200).Select(n => (byte)n), received.Order());
    }

    [Fact]
    public async Task Waiting_ends_at_once_where_something_can_be_received()
    {
        await SendAsync(1);
        await SoonAsync(Bus.WaitAsync(Queue, Ct));
    }

    [Fact]
    public async Task Waiting_ends_with_a_send_to_that_queue_and_no_other()
    {
        var waiting = Bus.WaitAsync(Queue, Ct);
        await Bus.SendAsync(OtherQueue, [new([1])], Ct);
        Assert.False(waiting.IsCompleted);
        await SendAsync(2);
        await SoonAsync(waiting);
    }

    [Fact]
    public async Task Waiting_ends_when_the_next_message_falls_due()
    {
        await SendAsync((1, TimeSpan.FromSeconds(10)));
        var waiting = Bus.WaitAsync(Queue, Ct);
        await ElapseAsync(TimeSpan.FromSeconds(5));
        Assert.False(waiting.IsCompleted);
        await ElapseAsync(TimeSpan.FromSeconds(5));
        await SoonAsync(waiting);
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task Waiting_ends_when_a_message_is_given_back()
    {
        await SendAsync(1);
        var messages = await ReceiveAsync();
        var waiting = Bus.WaitAsync(Queue, Ct);
        Assert.False(waiting.IsCompleted);
        await Bus.AbandonAsync(messages, TimeSpan.Zero, Ct);
        await SoonAsync(waiting);
    }

    [Fact]
    public async Task Waiting_ends_when_a_lock_does()
    {
        await SendAsync(1);
        await ReceiveAsync();
        var waiting = Bus.WaitAsync(Queue, Ct);
        await ElapseAsync(LockFor);
        await SoonAsync(waiting);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        var waiting = Bus.WaitAsync(Queue, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Dead_letters_are_listed_with_their_reasons()
    {
        await SendAsync(1, 2, 3);
        foreach (var message in await ReceiveAsync()) await Bus.DeadLetterAsync(message, $"reason {message.Body[0]}", Ct);
        var letters = await DeadLetters.DeadLettersAsync(Queue, 2, Ct);
        Assert.Equal([(1, "reason 1", 1), (2, "reason 2", 1)], letters.Select(letter => ((int)letter.Body[0], letter.Reason, letter.DeliveryCount)));
        Assert.All(letters, letter => Assert.Equal((Queue, Now), (letter.Queue, letter.At)));
        Assert.Empty(await DeadLetters.DeadLettersAsync(OtherQueue, 2, Ct));
    }

    [Fact]
    public async Task A_dead_letter_resubmitted_is_received_as_if_new()
    {
        await SendAsync(1);
        await Bus.DeadLetterAsync((await ReceiveAsync())[0], "poison", Ct);
        var letter = Assert.Single(await DeadLetters.DeadLettersAsync(Queue, 10, Ct));
        var waiting = Bus.WaitAsync(Queue, Ct);
        Assert.True(await DeadLetters.ResubmitAsync(letter, Ct));
        await SoonAsync(waiting);
        Assert.False(await DeadLetters.ResubmitAsync(letter, Ct));
        var again = Assert.Single(await ReceiveAsync());
        Assert.Equal((1, 1), (again.Body[0], again.DeliveryCount));
        Assert.Empty(await DeadLetters.DeadLettersAsync(Queue, 10, Ct));
    }

    [Fact]
    public async Task A_dead_letter_discarded_is_gone()
    {
        await SendAsync(1);
        await Bus.DeadLetterAsync((await ReceiveAsync())[0], "poison", Ct);
        var letter = Assert.Single(await DeadLetters.DeadLettersAsync(Queue, 10, Ct));
        Assert.True(await DeadLetters.DiscardAsync(letter, Ct));
        Assert.False(await DeadLetters.DiscardAsync(letter, Ct));
        Assert.False(await DeadLetters.ResubmitAsync(letter, Ct));
        Assert.Empty(await ReceiveAsync());
    }

    private protected Task SendAsync(params byte[] numbers) => Bus.SendAsync(Queue, [.. numbers.Select(number => new BusMessage([number]))], Ct);

    private protected Task SendAsync(params (byte Number, TimeSpan In)[] messages) =>
        Bus.SendAsync(Queue, [.. messages.Select(message => new BusMessage([message.Number], Now + message.In))], Ct);

    private protected Task<IReadOnlyList<Received>> ReceiveAsync(int most = 100) => Bus.ReceiveAsync(Queue, most, LockFor, Ct);

    private protected static IEnumerable<byte> Numbers(IEnumerable<Received> messages) => messages.Select(message => message.Body[0]);

    /// <summary>Fails where the task does not end by itself; how long that takes is not what is tested.</summary>
    private protected static Task SoonAsync(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
}
