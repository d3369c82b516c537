using MarketingAutomation.Bus;
using MarketingAutomation.Commands;

namespace MarketingAutomation.Storage;

/// <summary>Where a node keeps its rows and its messages: in Azure where the settings name it, else in one SQLite file. Either may stand beside SQLite.</summary>
internal sealed record Stores(IPartitionStore Store, IBus Bus, IReadOnlyList<object> Owned) : IAsyncDisposable
{
    /// <exception cref="CommandFault">A setting is not what it should be.</exception>
    public static Stores Open(NodeOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        var file = options is { Storage: not null, Bus: not null } ? null : OpenFile(options);
        IPartitionStore store = options.Storage is { } tables ? TableStores.Open(tables, clock) : new SqlitePartitionStore(file!);
        IBus bus = options.Bus is { } queues ? OpenBus(queues, clock, logs) : new SqliteBus(file!, clock);
        return new(store, bus, file is null ? [bus] : [bus, file]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Owned)
            if (owned is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else if (owned is IDisposable disposable) disposable.Dispose();
    }

    /// <param name="setting">As the Functions host reads it too (<see cref="Settings.Bus"/>).</param>
    /// <exception cref="CommandFault">The setting is neither a connection string nor a host name; its text, which may hold a key, is not repeated.</exception>
    public static AmqpBus OpenBus(string setting, TimeProvider clock, ILoggerFactory logs)
    {
        try
        {
            return AmqpBus.Open(setting, clock, logs.CreateLogger<AmqpBus>());
        }
        catch (FormatException)
        {
            throw new CommandFault("ServiceBus is no connection string, or ServiceBus__fullyQualifiedNamespace no host name such as NAME.servicebus.windows.net.");
        }
    }

    private static SqliteFile OpenFile(NodeOptions options)
    {
        Directory.CreateDirectory(options.Folder);
        return new(Path.Combine(options.Folder, "marketing.db"), options.Durable);
    }
}
