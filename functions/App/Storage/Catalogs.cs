using System.Globalization;
using System.Text;

namespace MarketingAutomation.Storage;

/// <summary>Versions of the config, in the order they were published.</summary>
internal static class Catalogs
{
    /// <summary>Reads the config under its version: that of the newest catalog where nothing has changed, else the next.</summary>
    public static async Task<Catalog> PublishAsync(IPartitionStore store, Func<long, Catalog> read, CancellationToken ct)
    {
        while (true)
        {
            var newest = await AllAsync(store, ct) is [.., var last] ? last : null;
            var version = newest is null ? 0 : long.Parse(newest.Key, CultureInfo.InvariantCulture);
            var catalog = read(version);
            if (newest is not null && Encoding.UTF8.GetString(newest.Value) == catalog.Hash) return catalog;
            try
            {
                await store.CommitAsync(Tables.Catalogs, "catalogs", [new Write.Insert((version + 1).ToString("D10", CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(catalog.Hash))], ct);
                return read(version + 1);
            }
            catch (CommitConflictException) { } // another process published meanwhile: look again
        }
    }

    /// <summary>Whether a node has ever been opened on this storage.</summary>
    public static async Task<bool> AnyAsync(IPartitionStore store, CancellationToken ct) => (await AllAsync(store, ct)).Count > 0;

    private static Task<IReadOnlyList<Row>> AllAsync(IPartitionStore store, CancellationToken ct) => store.ReadRangeAsync(Tables.Catalogs, "catalogs", "0", ":", ct);
}
