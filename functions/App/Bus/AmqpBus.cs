using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Azure.Core;

namespace MarketingAutomation.Bus;

/// <summary>
/// Queues of Azure Service Bus over AMQP 1.0. One connection, made when first needed and again when lost; passing faults are tried again
/// here, and what is left comes as one of the exceptions in BusFaults.cs. A queue's lock time is its own: a shorter one is renewed.
/// </summary>
internal sealed partial class AmqpBus : IBus, IDeadLetters, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, AmqpQueue> _queues = new(StringComparer.Ordinal);
    private readonly Reopening<AmqpConnection> _connections;
    private readonly AmqpLocks _locks;
    private readonly AmqpDeadLetters _deadLetters;
    private readonly AmqpOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<AmqpBus> _log;

    public AmqpBus(AmqpEndpoint endpoint, AmqpOptions options, TimeProvider clock, ILogger<AmqpBus> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _connections = new(ct => AmqpConnection.OpenAsync(endpoint, options, clock, ct), connection => connection.IsOpen);
        _locks = new(QueueAt, clock);
        _deadLetters = new(QueueAt, address => new(_connections, address, options, clock), options);
    }

    /// <summary>Connects when first used.</summary>
    /// <param name="setting">A Service Bus connection string, or a namespace's bare host name: then <paramref name="identity"/> signs in.</param>
    /// <param name="identity"><see cref="AzureIdentity"/> where null.</param>
    /// <exception cref="FormatException">The setting is neither.</exception>
    public static AmqpBus Open(string setting, TimeProvider clock, ILogger<AmqpBus> log, TokenCredential? identity = null) =>
        new(AmqpEndpoint.Parse(setting, () => identity ?? AzureIdentity.Current()), AmqpOptions.Default, clock, log);

    public async Task SendAsync(string queue, IReadOnlyList<BusMessage> messages, CancellationToken ct)
    {
        if (messages is []) return;
        var now = _clock.GetUtcNow();
        await QueueAt(queue).Sender.SendAsync([.. messages.Select(message => AmqpOutgoing.Of(message, now))], ct);
    }

    /// <summary>As the port says; also empty while the bus cannot be reached, which is logged.</summary>
    public async Task<IReadOnlyList<Received>> ReceiveAsync(string queue, int most, TimeSpan lockFor, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lockFor, TimeSpan.Zero);
        ct.ThrowIfCancellationRequested();
        var at = QueueAt(queue);
        try
        {
            var taken = await at.Retry.RunAsync(ct => at.Receiver.TakeAsync(most, ct), ct);
            _locks.Keep(taken, lockFor);
            return [.. taken.Select(held => held.ToReceived())];
        }
        catch (BusUnavailableException fault)
        {
            Unreachable(queue, fault.Condition);
            return [];
        }
    }

    public async Task CompleteAsync(IReadOnlyList<Received> messages, CancellationToken ct) =>
        Report(messages, await SettleAllAsync(messages, AmqpVerdict.Complete, ct));

    /// <summary>As the port says. A delay makes a copy that is due then, and completes the message: Service Bus itself knows no delay.</summary>
    public async Task AbandonAsync(IReadOnlyList<Received> messages, TimeSpan delay, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (delay > TimeSpan.Zero && _options.Plain) throw new NotSupportedException("A plain AMQP broker cannot hold messages back; abandon without delay.");
        Report(messages, delay > TimeSpan.Zero
            ? await Task.WhenAll(messages.Select(message => PostponeAsync(message, _clock.GetUtcNow() + delay, ct)))
            : await SettleAllAsync(messages, AmqpVerdict.GiveBack(_options.Plain), ct));
    }

    public async Task DeadLetterAsync(Received message, string reason, CancellationToken ct) =>
        Report([message], await SettleAllAsync([message], AmqpVerdict.DeadLetter(reason, _clock.GetUtcNow()), ct));

    public async Task WaitAsync(string queue, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var at = QueueAt(queue);
        while (true)
        {
            try
            {
                await at.Retry.RunAsync(at.Receiver.ArrivedAsync, ct);
                return;
            }
            catch (BusUnavailableException fault)
            {
                Unreachable(queue, fault.Condition);
            }
        }
    }

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string queue, int most, CancellationToken ct) => _deadLetters.DeadLettersAsync(queue, most, ct);

    public Task<bool> ResubmitAsync(DeadLetter letter, CancellationToken ct) => _deadLetters.ResubmitAsync(letter, ct);

    public Task<bool> DiscardAsync(DeadLetter letter, CancellationToken ct) => _deadLetters.DiscardAsync(letter, ct);

    /// <summary>Gives back what came and was taken by nobody, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _locks.Dispose();
        if (_connections.Current is { IsOpen: true } connection)
        {
            foreach (var queue in _queues.Values) await AmqpSettling.GiveBackAsync(await queue.Receiver.CloseAsync(), queue.Management, _options);
            connection.Dispose();
        }
        foreach (var queue in _queues.Values) queue.Dispose();
        _connections.Dispose();
    }

    private AmqpQueue QueueAt(string address) => _queues.GetOrAdd(address, address => new(_connections, address, _options, _clock));

    private Task<string?[]> SettleAllAsync(IReadOnlyList<Received> messages, AmqpVerdict verdict, CancellationToken ct) =>
        Task.WhenAll(messages.Select(message => SettleAsync(message, verdict, ct)));

    /// <returns>Null when confirmed; else why not.</returns>
    private async Task<string?> SettleAsync(Received message, AmqpVerdict verdict, CancellationToken ct)
    {
        if (!Guid.TryParseExact(message.Lock, "n", out var token)) throw new FormatException("The message's lock is not of this bus.");
        var (at, held) = (QueueAt(message.Queue), _locks.Find(message.Lock));
        try
        {
            await at.Retry.RunAsync(ct => AmqpSettling.SettleAsync(held, token, at.Management, verdict, _options, ct), ct);
            return null;
        }
        catch (Exception fault) when (fault is BusLockException or BusUnavailableException or BusEntityException or BusMessageException or BusFullException)
        {
            return fault.GetType().Name;
        }
        finally
        {
            _locks.Forget(message.Lock);
        }
    }

    private async Task<string?> PostponeAsync(Received message, DateTimeOffset due, CancellationToken ct)
    {
        var at = QueueAt(message.Queue);
        var original = _locks.Find(message.Lock)?.Message ?? new Message { BodySection = new Data { Binary = message.Body } };
        var copy = AmqpMessages.Copy(original, due.UtcDateTime);
        copy.ApplicationProperties[AmqpMessages.Earlier] = message.DeliveryCount;
        try
        {
            var scheduled = await at.Retry.RunAsync(ct => at.Management.ScheduleAsync(copy, ct), ct);
            var trouble = await SettleAsync(message, AmqpVerdict.Complete, ct);
            if (trouble is not null) await at.Retry.RunAsync(ct => at.Management.CancelAsync(scheduled, ct), ct); // the original comes back: one of them is enough
            return trouble;
        }
        catch (Exception fault) when (fault is BusUnavailableException or BusEntityException or BusFullException)
        {
            return fault.GetType().Name; // it comes back when its lock ends
        }
    }

    private void Report(IReadOnlyList<Received> messages, string?[] troubles)
    {
        foreach (var trouble in troubles.Zip(messages).Where(pair => pair.First is not null).GroupBy(pair => (pair.Second.Queue, pair.First)))
            NotSettled(trouble.Count(), trouble.Key.Queue, trouble.Key.First!);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} messages of {Queue} could not be settled and come back when their locks end: {Fault}")]
    private partial void NotSettled(int count, string queue, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bus cannot be reached for {Queue}: {Condition}; trying on")]
    private partial void Unreachable(string queue, string condition);
}
