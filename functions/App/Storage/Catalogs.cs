using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Storage;

/// <summary>Versions of the config, in the order they were published, each with since when its parts are as they are.</summary>
internal static class Catalogs
{
    private const string Partition = "catalogs";

    // Table Storage holds at most 64 KiB in a property.
    private const int ChunkBytes = 60 * 1024;

    /// <summary>Reads the config under its version: that of the newest catalog where nothing has changed, else the next.</summary>
    public static async Task<Catalog> PublishAsync(IPartitionStore store, Func<long, Catalog> read, CancellationToken ct)
    {
        while (true)
        {
            var newest = await AllAsync(store, ct) is [.., var last] ? last : null;
            var version = newest is null ? 0 : long.Parse(newest.Key, CultureInfo.InvariantCulture);
            var catalog = read(version);
            var lineage = newest is null ? null : await LineageAsync(store, version, ct);
            if (newest is not null && Encoding.UTF8.GetString(newest.Value) == catalog.Hash) return catalog with { Lineage = lineage };
            try
            {
                var next = Lineage.Next(lineage, catalog.Rules.Parts, version + 1);
                await store.CommitAsync(Tables.Catalogs, Partition, [new Write.Insert(Key(version + 1), Encoding.UTF8.GetBytes(catalog.Hash)), .. Rows(next, version + 1)], ct);
                return read(version + 1) with { Lineage = next };
            }
            catch (CommitConflictException) { } // another process published meanwhile: look again
        }
    }

    /// <summary>Whether a node has ever been opened on this storage.</summary>
    public static async Task<bool> AnyAsync(IPartitionStore store, CancellationToken ct) => (await AllAsync(store, ct)).Count > 0;

    private static Task<IReadOnlyList<Row>> AllAsync(IPartitionStore store, CancellationToken ct) => store.ReadRangeAsync(Tables.Catalogs, Partition, "0", ":", ct);

    /// <summary>A catalog that is not published, with a version of its own, as if it came next.</summary>
    public static async Task<Catalog> NextAsync(IPartitionStore store, Func<long, Catalog> read, CancellationToken ct)
    {
        var version = await AllAsync(store, ct) is [.., var last] ? long.Parse(last.Key, CultureInfo.InvariantCulture) : 0;
        var catalog = read(version + 1);
        return catalog with { Lineage = Lineage.Next(await LineageAsync(store, version, ct), catalog.Rules.Parts, version + 1) };
    }

    private static string Key(long version) => version.ToString("D10", CultureInfo.InvariantCulture);

    private static IEnumerable<Write> Rows(Lineage lineage, long version) =>
        Packed.Pack(Encoding.UTF8.GetBytes(string.Join('\n', lineage.Since.Select(part => $"{part.Value} {part.Key}")))).Chunk(ChunkBytes)
            .Select((chunk, index) => new Write.Insert($"lineage-{Key(version)}-{index:D2}", chunk));

    private static async Task<Lineage?> LineageAsync(IPartitionStore store, long version, CancellationToken ct)
    {
        var rows = await store.ReadRangeAsync(Tables.Catalogs, Partition, $"lineage-{Key(version)}-", $"lineage-{Key(version)}.", ct);
        if (rows.Count == 0) return null;
        var lines = Encoding.UTF8.GetString(Packed.Unpack(rows.SelectMany(row => row.Value).ToArray()).Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(lines.Select(line => line.Split(' ', 2)).ToImmutableSortedDictionary(words => words[1], words => long.Parse(words[0], CultureInfo.InvariantCulture), StringComparer.Ordinal));
    }
}
