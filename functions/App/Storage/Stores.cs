using MarketingAutomation.Bus;
using MarketingAutomation.Commands;

namespace MarketingAutomation.Storage;

/// <summary>Where a node keeps its rows and its messages: in Azure where the settings name it, else in one SQLite file.</summary>
internal sealed record Stores(IPartitionStore Store, IBus Bus, IReadOnlyList<object> Owned) : IAsyncDisposable
{
    /// <exception cref="CommandFault">A setting is not what it should be.</exception>
    public static Task<Stores> OpenAsync(NodeOptions options, TimeProvider clock, CancellationToken ct)
    {
        // The seam for the adapters of Azure: TableStores.Open(options.Storage) and AmqpBus.Open(options.Bus), each by itself, so that either may stand beside SQLite.
        if (options.Storage is not null) throw new CommandFault("MARKETING_STORAGE cannot be used yet; unset it.");
        if (options.Bus is not null) throw new CommandFault("ServiceBus cannot be used yet; unset it.");
        ct.ThrowIfCancellationRequested();
        Directory.CreateDirectory(options.Folder);
        var file = new SqliteFile(Path.Combine(options.Folder, "marketing.db"), options.Durable);
        return Task.FromResult(new Stores(new SqlitePartitionStore(file), new SqliteBus(file, clock), [file]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Owned)
            if (owned is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else if (owned is IDisposable disposable) disposable.Dispose();
    }
}
