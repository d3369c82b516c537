using MarketingAutomation.Bus;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Functions;

/// <summary>A time in which storage or bus answers nothing but that it is busy.</summary>
internal sealed class Outage(TimeProvider clock)
{
    private readonly Lock gate = new();
    private TimeSpan? begins;
    private int? refuseAfter;
    private DateTimeOffset until;

    /// <summary>Calls that met it.</summary>
    public int Refusals;

    /// <summary>Begins with the next call.</summary>
    public void Begin(TimeSpan lasts)
    {
        lock (gate) begins = lasts;
    }

    /// <summary>Refuses one call only.</summary>
    /// <param name="after">Calls before it.</param>
    public void RefuseOne(int after)
    {
        lock (gate) refuseAfter = after;
    }

    public void Check()
    {
        lock (gate)
        {
            if (begins is { } lasts) until = clock.GetUtcNow() + lasts;
            begins = null;
            var one = refuseAfter-- == 0;
            if (!one && clock.GetUtcNow() >= until) return;
        }
        Interlocked.Increment(ref Refusals);
        throw new ServerBusyException();
    }
}

internal sealed class ServerBusyException() : IOException("The server is busy.");

/// <summary>A storage that an outage may befall.</summary>
internal sealed class FailingStore(IPartitionStore store, Outage outage) : IPartitionStore
{
    public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct)
    {
        outage.Check();
        return store.ReadAsync(table, partition, key, ct);
    }

    public Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct)
    {
        outage.Check();
        return store.ReadRangeAsync(table, partition, from, to, ct);
    }

    public Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct)
    {
        outage.Check();
        return store.CommitAsync(table, partition, writes, ct);
    }

    public IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, CancellationToken ct)
    {
        outage.Check();
        return store.ScanAsync(table, fromPartition, toPartition, ct);
    }
}

/// <summary>A bus to which nothing can be sent during one outage, and from which nothing can be received during another.</summary>
internal sealed class FailingBus(IBus bus, Outage outage, Outage receiving) : IBus
{
    public Task SendAsync(string queue, IReadOnlyList<BusMessage> messages, CancellationToken ct)
    {
        outage.Check();
        return bus.SendAsync(queue, messages, ct);
    }

    public Task<IReadOnlyList<Received>> ReceiveAsync(string queue, int most, TimeSpan lockFor, CancellationToken ct)
    {
        receiving.Check();
        return bus.ReceiveAsync(queue, most, lockFor, ct);
    }

    public Task CompleteAsync(IReadOnlyList<Received> messages, CancellationToken ct) => bus.CompleteAsync(messages, ct);

    public Task AbandonAsync(IReadOnlyList<Received> messages, TimeSpan delay, CancellationToken ct) => bus.AbandonAsync(messages, delay, ct);

    public Task DeadLetterAsync(Received message, string reason, CancellationToken ct) => bus.DeadLetterAsync(message, reason, ct);

    public Task WaitAsync(string queue, CancellationToken ct) => bus.WaitAsync(queue, ct);
}
