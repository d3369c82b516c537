using MarketingAutomation.Bus;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Doctor;

/// <summary>What the checks look into, opened once, when the first of them asks; nothing is made that is not there.</summary>
internal sealed class DoctorStores(string data, Surroundings surroundings, TimeProvider clock) : IAsyncDisposable
{
    private const int MostPutAside = 500;

    private readonly Lock opening = new();
    private SqliteFile? file;
    private IPartitionStore? tables;
    private AmqpBus? bus;

    /// <summary>Null where nothing is kept yet.</summary>
    public Task<IPartitionStore?> StoreAsync(CancellationToken ct) => Task.FromResult(
        surroundings[Surroundings.Storage] is { } setting ? Once(ref tables, () => TableStores.Open(setting, clock))
        : File() is { } embedded ? new SqlitePartitionStore(embedded) : null);

    /// <summary>Null where nothing is kept yet.</summary>
    public Task<QueueView?> QueuesAsync(CancellationToken ct) => Task.FromResult(
        (surroundings[Surroundings.BusConnection] ?? surroundings[Surroundings.Bus]) is { } setting ? View(Once(ref bus, () => Stores.OpenBus(setting, clock, NullLoggerFactory.Instance)))
        : File() is { } embedded ? View(new SqliteBus(embedded, clock)) : null);

    /// <summary>The deployment that reads this; null where its secrets are not made yet or cannot be read.</summary>
    public async Task<Deployment?> DeploymentAsync(Uri publicUrl, CancellationToken ct)
    {
        try
        {
            return await StoreAsync(ct) is { } store ? await Deployments.FindAsync(store, publicUrl, surroundings.Variable, ct) : null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return null; // the check of the storage says so
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (bus is not null) await bus.DisposeAsync();
        file?.Dispose();
    }

    // Service Bus does not tell when its next message falls due.
    private static QueueView View(IDeadLetters letters) => new(
        letters is SqliteBus embedded ? embedded.NextDueAsync : _ => Task.FromResult<DateTimeOffset?>(null),
        async (queue, ct) => (await letters.DeadLettersAsync(queue, MostPutAside, ct)).Count);

    private SqliteFile? File()
    {
        var path = Path.Combine(data, "marketing.db");
        lock (opening) return file ??= System.IO.File.Exists(path) ? new SqliteFile(path) : null;
    }

    private T Once<T>(ref T? one, Func<T> open) where T : class
    {
        lock (opening) return one ??= open();
    }
}
