using MarketingAutomation.Bus;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Doctor;

/// <summary>What the checks look into, opened once, when the first of them asks; nothing is made that is not there.</summary>
internal sealed class DoctorStores(string data, Surroundings surroundings, TimeProvider clock) : IDisposable
{
    private const int MostPutAside = 500;

    private readonly Lock opening = new();
    private SqliteFile? file;

    /// <summary>Null where nothing is kept yet.</summary>
    public Task<IPartitionStore?> StoreAsync(CancellationToken ct) => Task.FromResult<IPartitionStore?>(File() is { } embedded ? new SqlitePartitionStore(embedded) : null);

    /// <summary>Null where nothing is kept yet.</summary>
    public Task<QueueView?> QueuesAsync(CancellationToken ct) => Task.FromResult(File() is { } embedded ? View(new(embedded, clock)) : null);

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

    public void Dispose() => file?.Dispose();

    private static QueueView View(SqliteBus bus) => new(bus.NextDueAsync, async (queue, ct) => (await bus.DeadLettersAsync(queue, MostPutAside, ct)).Count);

    private SqliteFile? File()
    {
        var path = Path.Combine(data, "marketing.db");
        lock (opening) return file ??= System.IO.File.Exists(path) ? new SqliteFile(path) : null;
    }
}
