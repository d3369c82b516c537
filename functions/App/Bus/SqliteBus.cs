using MarketingAutomation.Storage;

namespace MarketingAutomation.Bus;

/// <summary>Durable queues in one SQLite file; what they write is committed together with whatever else the file's writer has waiting.</summary>
internal sealed class SqliteBus(SqliteFile file, TimeProvider clock) : IBus, IDeadLetters
{
    /// <summary>How soon messages sent by another process are noticed; our own are noticed at once.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private readonly QueueSignals _signals = new();

    /// <summary>Names this bus in the locks it takes.</summary>
    public string OwnerId { get; } = Guid.NewGuid().ToString("n");

    public async Task SendAsync(string queue, IReadOnlyList<BusMessage> messages, CancellationToken ct)
    {
        var (now, bytes) = (clock.GetUtcNow(), messages.Sum(message => (long)message.Body.Length));
        await WriteEachAsync(messages, (transaction, message) => SqliteQueues.Add(transaction, queue, (message.Due ?? now).UtcTicks, message.Body), bytes, ct);
        _signals.Changed(queue);
    }

    /// <summary>As the port says; oldest due time first.</summary>
    public async Task<IReadOnlyList<Received>> ReceiveAsync(string queue, int most, TimeSpan lockFor, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lockFor, TimeSpan.Zero);
        ct.ThrowIfCancellationRequested();
        if (UntilDue(queue) is not { Ticks: <= 0 }) return []; // an idle queue costs no write
        return await file.WriteAsync(transaction =>
        {
            var now = clock.GetUtcNow();
            return SqliteQueues.Take(transaction, queue, most, now.UtcTicks, (now + lockFor).UtcTicks, OwnerId);
        }, size: 0, ct);
    }

    public Task CompleteAsync(IReadOnlyList<Received> messages, CancellationToken ct) =>
        WriteEachAsync([.. messages.Select(SqliteLock.Of)], (transaction, taken) => SqliteQueues.Complete(transaction, taken, clock.GetUtcNow().UtcTicks), size: 0, ct);

    public async Task AbandonAsync(IReadOnlyList<Received> messages, TimeSpan delay, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        await WriteEachAsync([.. messages.Select(SqliteLock.Of)], (transaction, taken) =>
        {
            var now = clock.GetUtcNow();
            SqliteQueues.GiveBack(transaction, taken, now.UtcTicks, (now + delay).UtcTicks);
        }, size: 0, ct);
        foreach (var queue in messages.Select(message => message.Queue).Distinct(StringComparer.Ordinal)) _signals.Changed(queue);
    }

    public Task DeadLetterAsync(Received message, string reason, CancellationToken ct) =>
        WriteEachAsync([SqliteLock.Of(message)], (transaction, taken) => SqliteQueues.PutAside(transaction, taken, clock.GetUtcNow().UtcTicks, reason), size: 0, ct);

    /// <summary>The earliest time at which a message of any queue can be received; null where none ever will. Locked messages count from the end of their lock.</summary>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult<DateTimeOffset?>(file.Read(SqliteQueues.NextDue) is { } ticks ? new(ticks, TimeSpan.Zero) : null);
    }

    public async Task WaitAsync(string queue, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        for (; ; )
        {
            var change = _signals.NextChange(queue);
            var wait = UntilDue(queue) ?? Poll;
            if (wait <= TimeSpan.Zero) return;
            await ChangeOrTimeAsync(change, wait < ShortestTimer ? ShortestTimer : wait < Poll ? wait : Poll, ct);
        }
    }

    /// <summary>Gives back at once what other owners had received: for a server that knows itself the only one left, after another died.</summary>
    /// <returns>Messages given back.</returns>
    public async Task<int> ReleaseLocksOfOthersAsync(CancellationToken ct)
    {
        var released = await file.WriteAsync(transaction => SqliteQueues.ReleaseOfOthers(transaction, OwnerId), size: 0, ct);
        _signals.AllChanged();
        return released;
    }

    public Task<QueueCount> CountAsync(string queue, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(file.Read(session => SqliteQueues.Count(session, queue, clock.GetUtcNow().UtcTicks)));
    }

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string queue, int most, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<DeadLetter>>(file.Read(session => SqliteQueues.DeadLetters(session, queue, most)));
    }

    public async Task<bool> ResubmitAsync(DeadLetter letter, CancellationToken ct)
    {
        var seq = SqliteLock.ToSeq(letter.Id);
        var revived = await file.WriteAsync(transaction => SqliteQueues.Revive(transaction, letter.Queue, seq, clock.GetUtcNow().UtcTicks), size: 0, ct);
        _signals.Changed(letter.Queue);
        return revived;
    }

    public Task<bool> DiscardAsync(DeadLetter letter, CancellationToken ct)
    {
        var seq = SqliteLock.ToSeq(letter.Id);
        return file.WriteAsync(transaction => SqliteQueues.Discard(transaction, letter.Queue, seq), size: 0, ct);
    }

    /// <summary>One write for all; none where there are none.</summary>
    private async Task WriteEachAsync<T>(IReadOnlyList<T> messages, Action<SqliteTransaction, T> write, long size, CancellationToken ct)
    {
        if (messages is []) return;
        await file.WriteAsync(transaction =>
        {
            foreach (var message in messages) write(transaction, message);
            return messages.Count;
        }, size, ct);
    }

    /// <summary>Null where the queue is empty; zero or less where something can be received.</summary>
    private TimeSpan? UntilDue(string queue) =>
        file.Read(session => SqliteQueues.NextDue(session, queue)) is { } ticks ? new TimeSpan(ticks - clock.GetUtcNow().UtcTicks) : null;

    private async Task ChangeOrTimeAsync(Task change, TimeSpan time, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(change, Task.Delay(time, clock, over.Token));
        await over.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }
}
