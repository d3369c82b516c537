using System.Collections.Concurrent;
using Amqp.Framing;
using MarketingAutomation.Bus.ServiceBusDialect;
using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Bus;

/// <summary>What goes wrong between us and the service, in real time.</summary>
public sealed class AmqpBusFaultTests : IAsyncDisposable
{
    private const string Queue = "events";

    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(5), Soon = TimeSpan.FromSeconds(60);

    private static readonly AmqpOptions Quick = AmqpBusTests.Patient with
    {
        IdleTimeout = TimeSpan.FromSeconds(2),
        FirstPause = TimeSpan.FromMilliseconds(10),
        BusyPause = TimeSpan.FromMilliseconds(50),
    };

    private readonly DialectBroker _broker = new(TimeProvider.System, new(LockFor), Queue);
    private readonly TcpRelay _relay;
    private readonly RecordingLog<AmqpBus> _log = new();
    private readonly AmqpBus _bus;

    public AmqpBusFaultTests()
    {
        _relay = new(_broker.Port);
        _bus = Open(DialectBroker.ConnectionStringTo(_relay.Port), Quick);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _relay.DisposeAsync();
        _broker.Dispose();
    }

    [Fact]
    public async Task What_was_confirmed_outlives_connections_cut_while_sending()
    {
        var confirmed = new ConcurrentBag<int>();
        using var done = new CancellationTokenSource();
        var cutting = Task.Run(async () =>
        {
            for (var cuts = 0; cuts < 5 && !done.IsCancellationRequested; cuts++)
            {
                var sofar = confirmed.Count;
                await Eventually.HoldsAsync(() => Task.FromResult(confirmed.Count > sofar + 50 || done.IsCancellationRequested), "Sending does not go on.", Soon, Ct);
                _relay.Cut();
            }
        }, Ct);
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct }, async (n, ct) =>
        {
            await _bus.SendAsync(Queue, [new(BitConverter.GetBytes(n))], ct);
            confirmed.Add(n);
        });
        await done.CancelAsync();
        await cutting;
        Assert.InRange(_relay.Connections, 2, 7);
        Assert.Equal(1000, confirmed.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 1000), (await DrainAsync()).Select(message => BitConverter.ToInt32(message.Body)).Distinct().Order());
    }

    [Fact]
    public async Task A_message_whose_answer_is_lost_is_sent_again_under_the_same_id()
    {
        _broker.Faults.OnSend(new DialectFaults.Send(Kept: true, Act: _ => _relay.Cut()));
        await SendAsync(1);
        var kept = _broker.Queue(Queue).Peek(0, 10);
        Assert.Equal(2, kept.Count);
        Assert.Single(kept.Select(message => message.Properties.MessageId).Distinct());
    }

    [Fact]
    public async Task A_peer_that_froze_is_given_up_and_another_connection_made()
    {
        await SendAsync(1);
        var waiting = _bus.WaitAsync("wakes", Ct); // a queue that is not there: nothing but the connection ends this
        await Assert.ThrowsAsync<BusEntityException>(() => waiting);
        await _bus.CompleteAsync(await ReceiveAsync(), Ct);
        waiting = _bus.WaitAsync(Queue, Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(_broker.Links > 0), "No link.", Soon, Ct);
        _relay.Freeze();
        await SendAsync(2).WaitAsync(Soon, Ct);
        await waiting.WaitAsync(Soon, Ct);
        Assert.Equal([2], Numbers(await ReceiveAsync()).Distinct());
        Assert.Equal(2, _relay.Connections);
    }

    [Fact]
    public async Task Links_the_service_detaches_come_back_when_next_used()
    {
        await SendAsync(1);
        await _bus.CompleteAsync(await ReceiveAsync(), Ct);
        await DetachAllAsync("amqp:link:detach-forced");
        await SendAsync(2);
        Assert.Equal([2], Numbers(await ReceiveAsync()));
        Assert.Equal(1, _relay.Connections);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_wait_outlives_the_link_it_began_on()
    {
        var waiting = WaitOnAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(_broker.Links > 0), "No link.", Soon, Ct);
        await DetachAllAsync("amqp:link:detach-forced");
        await SendAsync(1);
        await waiting.WaitAsync(Soon, Ct);

        async Task WaitOnAsync()
        {
            do await _bus.WaitAsync(Queue, Ct); // may return early
            while (_broker.Queue(Queue).Count.Locked == 0);
        }
    }

    [Fact]
    public async Task What_came_by_a_lost_link_is_settled_all_the_same()
    {
        await SendAsync(1, 2, 3);
        var taken = await ReceiveAsync();
        await DetachAllAsync("amqp:link:detach-forced");
        await _bus.CompleteAsync([taken[0]], Ct);
        await _bus.AbandonAsync([taken[1]], TimeSpan.Zero, Ct);
        await _bus.DeadLetterAsync(taken[2], "poison", Ct);
        Assert.Equal([2], Numbers(await ReceiveAsync()));
        Assert.Equal("poison", Assert.Single(await _bus.DeadLettersAsync(Queue, 10, Ct)).Reason);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_busy_service_is_asked_again_after_a_pause()
    {
        _broker.Faults.OnSend(new("com.microsoft:server-busy"), new("com.microsoft:server-busy"), new("amqp:internal-error"), new("com.microsoft:timeout"));
        await SendAsync(1);
        Assert.Equal(5, _broker.Faults.Transfers);
        Assert.Equal([1], Numbers(await ReceiveAsync()));
    }

    [Fact]
    public async Task A_service_that_stays_busy_is_reported_in_the_end()
    {
        await using var hasty = Open(_broker.ConnectionString, Quick with { RetryFor = TimeSpan.FromMilliseconds(300) });
        _broker.Faults.OnSend([.. Enumerable.Repeat(new DialectFaults.Send("com.microsoft:server-busy"), 100)]);
        var fault = await Assert.ThrowsAsync<BusUnavailableException>(() => hasty.SendAsync(Queue, [new([1])], Ct));
        Assert.Equal((Queue, "com.microsoft:server-busy"), (fault.Queue, fault.Condition));
        Assert.InRange(_broker.Faults.Transfers, 2, 7);
    }

    [Fact]
    public async Task A_full_queue_is_reported_at_once()
    {
        _broker.Faults.OnSend(new DialectFaults.Send("amqp:resource-limit-exceeded"));
        await Assert.ThrowsAsync<BusFullException>(() => SendAsync(1));
        Assert.Equal(1, _broker.Faults.Transfers);
    }

    [Theory]
    [InlineData("com.microsoft:argument-error")]
    [InlineData("amqp:not-allowed")]
    [InlineData("amqp:link:message-size-exceeded")]
    public async Task A_message_the_service_never_takes_is_reported_at_once(string condition)
    {
        _broker.Faults.OnSend(new DialectFaults.Send(condition));
        Assert.Equal(condition, (await Assert.ThrowsAsync<BusMessageException>(() => SendAsync(1))).Condition);
        Assert.Equal(1, _broker.Faults.Transfers);
    }

    [Fact]
    public async Task One_message_too_large_keeps_all_of_the_call_from_being_sent()
    {
        await Assert.ThrowsAsync<BusMessageException>(() => _bus.SendAsync(Queue, [new([1]), new(new byte[300_000]), new([2])], Ct));
        Assert.Equal(0, _broker.Faults.Transfers);
        await _bus.SendAsync(Queue, [new(new byte[261_000])], Ct);
    }

    [Fact]
    public async Task Many_messages_go_in_few_transfers_none_larger_than_allowed()
    {
        await _bus.SendAsync(Queue, [.. Enumerable.Range(0, 2000).Select(n => new BusMessage([.. BitConverter.GetBytes(n), .. new byte[996]]))], Ct);
        Assert.InRange(_broker.Faults.Transfers, 8, 10);
        Assert.Equal(Enumerable.Range(0, 2000), (await DrainAsync()).Select(message => BitConverter.ToInt32(message.Body)).Order());
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_reported_with_what_to_do()
    {
        var fault = await Assert.ThrowsAsync<BusEntityException>(() => _bus.SendAsync("nowhere", [new([1])], Ct));
        Assert.Equal("The queue nowhere cannot be used (amqp:not-found): make the queue, or correct its name or the namespace.", fault.Message);
        await Assert.ThrowsAsync<BusEntityException>(() => _bus.ReceiveAsync("nowhere", 1, LockFor, Ct));
        await SendAsync(1); // nothing else suffers
    }

    [Fact]
    public async Task A_wrong_key_is_reported_without_the_key()
    {
        await using var stranger = Open(DialectBroker.ConnectionStringTo(_broker.Port, key: "bm90LXRoZS1rZXk="), Quick);
        var fault = await Assert.ThrowsAsync<BusEntityException>(() => stranger.SendAsync(Queue, [new([1])], Ct));
        Assert.Contains("check the key", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("bm90", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SharedAccess", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_in_passing_is_met_with_a_fresh_token()
    {
        _broker.Faults.OnAttach("amqp:unauthorized-access");
        await SendAsync(1);
        Assert.Equal(2, _broker.Claims.Put.Count);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_gives_nothing_and_is_waited_for()
    {
        var port = DialectBroker.FreePort();
        await using var early = Open(DialectBroker.ConnectionStringTo(port), Quick with { RetryFor = TimeSpan.FromMilliseconds(200) });
        Assert.Empty(await early.ReceiveAsync(Queue, 1, LockFor, Ct));
        await Assert.ThrowsAsync<BusUnavailableException>(() => early.SendAsync(Queue, [new([1])], Ct));
        Assert.Contains("cannot be reached for events", _log.Lines.First(), StringComparison.Ordinal);
        var waiting = early.WaitAsync(Queue, Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(_log.Lines.Count > 1), "Waiting is not reported.", Soon, Ct);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Who_has_awaited_a_send_may_block()
    {
        // On the thread that reads the connection, the inner send would wait for an answer that nobody reads.
        var blocking = Task.Run(async () =>
        {
            await SendAsync(1).ConfigureAwait(false);
            Assert.True(SendAsync(2).Wait(Soon));
            await _bus.WaitAsync(Queue, Ct).ConfigureAwait(false);
            Assert.True(SendAsync(3).Wait(Soon));
            var taken = await ReceiveAsync().ConfigureAwait(false);
            Assert.True(_bus.CompleteAsync(taken, Ct).Wait(Soon));
        }, Ct);
        await blocking.WaitAsync(Soon, Ct);
    }

    [Fact]
    public async Task What_nobody_took_is_given_back_on_closing()
    {
        var leaving = Open(_broker.ConnectionString, Quick);
        Assert.Empty(await leaving.ReceiveAsync(Queue, 10, LockFor, Ct)); // leaves credit for ten
        await SendAsync(1, 2);
        await Eventually.HoldsAsync(() => Task.FromResult(_broker.Queue(Queue).Count.Locked == 2), "The messages were not pushed.", Soon, Ct);
        await leaving.WaitAsync(Queue, Ct);
        await leaving.DisposeAsync();
        Assert.Equal<byte>([1, 2], Numbers(await ReceiveAsync()).Order());
    }

    [Fact]
    public async Task A_message_that_keeps_coming_back_is_put_aside_by_the_service()
    {
        await SendAsync(1);
        for (var i = 1; i <= 10; i++)
        {
            var taken = await ReceiveAsync(most: 1);
            Assert.Equal(i, Assert.Single(taken).DeliveryCount);
            await _bus.AbandonAsync(taken, TimeSpan.Zero, Ct);
        }
        Assert.Equal(("MaxDeliveryCountExceeded", 10), Assert.Single(await _bus.DeadLettersAsync(Queue, 10, Ct)) switch { var letter => (letter.Reason, letter.DeliveryCount) });
    }

    [Fact]
    public async Task One_dead_letter_among_many_is_found_and_the_others_stay()
    {
        await _bus.SendAsync(Queue, [.. Enumerable.Range(0, 150).Select(n => new BusMessage([(byte)n]))], Ct);
        foreach (var message in await DrainAsync(complete: false)) await _bus.DeadLetterAsync(message, "poison", Ct);
        var letters = await _bus.DeadLettersAsync(Queue, 1000, Ct);
        Assert.Equal(150, letters.Count);
        Assert.True(await _bus.ResubmitAsync(letters[120], Ct));
        Assert.True(await _bus.DiscardAsync(letters[0], Ct));
        Assert.Equal([letters[120].Body[0]], Numbers(await ReceiveAsync()));
        Assert.Equal(148, (await _bus.DeadLettersAsync(Queue, 1000, Ct)).Count);
    }

    private AmqpBus Open(string connectionString, AmqpOptions options) => new(AmqpEndpoint.Parse(connectionString, () => throw new NotSupportedException()), options, TimeProvider.System, _log);

    private Task SendAsync(params byte[] numbers) => _bus.SendAsync(Queue, [.. numbers.Select(number => new BusMessage([number]))], Ct);

    private Task<IReadOnlyList<Received>> ReceiveAsync(int most = 100) => _bus.ReceiveAsync(Queue, most, LockFor, Ct);

    private async Task<List<Received>> DrainAsync(bool complete = true)
    {
        var all = new List<Received>();
        while (await ReceiveAsync(most: 500) is [_, ..] messages)
        {
            all.AddRange(messages);
            if (complete) await _bus.CompleteAsync(messages, Ct);
        }
        return all;
    }

    private async Task DetachAllAsync(string condition)
    {
        _broker.Detach(condition);
        await Eventually.HoldsAsync(() => Task.FromResult(_broker.Links == 0), "The links stay.", Soon, Ct);
    }

    private static IEnumerable<byte> Numbers(IEnumerable<Received> messages) => messages.Select(message => message.Body[0]);
}
