using MarketingAutomation.Commands;

namespace MarketingAutomation.Storage;

/// <summary>Rows that a node has left, opened for looking; nothing is made.</summary>
internal sealed class KeptData : IDisposable
{
    private readonly SqliteFile? file;
    private readonly NodeOptions options;

    private KeptData(NodeOptions options, TimeProvider clock)
    {
        this.options = options;
        file = options.Storage is null ? new(Stores.FileIn(options.Folder)) : null;
        Store = options.Storage is { } tables ? TableStores.Open(tables, clock) : new SqlitePartitionStore(file!);
    }

    public IPartitionStore Store { get; }

    /// <exception cref="CommandFault">There are none.</exception>
    public static async Task<KeptData> OpenAsync(NodeOptions options, TimeProvider clock, CancellationToken ct)
    {
        var none = new CommandFault(options.Storage is null
            ? $"There is no data in {options.Folder}; name its folder with --data."
            : "There is no data in MARKETING_STORAGE; name the accounts that the server uses, the first one first.");
        if (options.Storage is null && !File.Exists(Stores.FileIn(options.Folder))) throw none;
        var kept = new KeptData(options, clock);
        try
        {
            return await Catalogs.AnyAsync(kept.Store, ct) ? kept : throw none;
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    /// <summary>The deployment whose data these are.</summary>
    /// <exception cref="CommandFault">Its secrets are missing, or are not those the data were made with.</exception>
    public Task<Deployment> DeploymentAsync(CancellationToken ct) => Deployments.OpenAsync(Store, options, ct);

    public void Dispose() => file?.Dispose();
}
