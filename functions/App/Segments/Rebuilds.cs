using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Bus;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Segments;

/// <summary>A message of the rebuilds queue: take some customers of a shard over to a catalog.</summary>
/// <param name="After">Key of the last customer that was; empty at the beginning.</param>
/// <param name="Version">The catalog that changed what customers depend on (<see cref="Lineage.ChangedAt"/>).</param>
internal sealed record RebuildSlice(long Version, int Shard, string After)
{
    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(this, RebuildJson.Default.RebuildSlice);

    public static RebuildSlice Of(byte[] body) => JsonSerializer.Deserialize(body, RebuildJson.Default.RebuildSlice)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RebuildSlice))]
internal sealed partial class RebuildJson : JsonSerializerContext;

/// <summary>How far the rebuild for a catalog is.</summary>
/// <param name="Customers">Taken over so far.</param>
/// <param name="Shards">Done, of <see cref="StoredCustomers.Shards"/>.</param>
internal sealed record RebuildProgress(long Customers, int Shards)
{
    public bool IsDone => Shards == StoredCustomers.Shards;
}

/// <summary>Keeps how far each shard is with the rebuild for a catalog, in one row each.</summary>
/// <remarks>An edit of a definition is right for every customer at its next input in any case; the rebuild sees to those for whom none comes.</remarks>
internal sealed class Rebuilds(IPartitionStore store, IBus bus)
{
    private const string Started = "started";

    /// <summary>The version customers must have been decided with to be up to date.</summary>
    public static long VersionOf(Catalog catalog) => catalog.Lineage?.ChangedAt ?? catalog.Version;

    /// <summary>Puts the rebuild for a catalog on the bus, once. A catalog that changed nothing customers depend on goes on with the rebuild under way.</summary>
    public async Task StartAsync(Catalog catalog, CancellationToken ct)
    {
        var version = VersionOf(catalog);
        if (version <= 1 || await store.ReadAsync(Tables.Rebuilds, Partition(version), Started, ct) is not null) return;
        await bus.SendAsync(Queue.Rebuilds, [.. Enumerable.Range(0, StoredCustomers.Shards).Select(shard => new BusMessage(new RebuildSlice(version, shard, "").ToBody()))], ct);
        await store.CommitAsync(Tables.Rebuilds, Partition(version), [new Write.Put(Started, [])], ct); // done twice it does no harm
    }

    /// <summary>How far the rebuild for a version is (<see cref="VersionOf"/>); null where none was started.</summary>
    public static async Task<RebuildProgress?> ProgressAsync(IPartitionStore store, long version, CancellationToken ct)
    {
        var rows = await store.ReadRangeAsync(Tables.Rebuilds, Partition(version), "0", "~", ct);
        if (!rows.Any(row => row.Key == Started)) return null;
        var shards = rows.Where(row => row.Key != Started).Select(Read).ToList();
        return new(shards.Sum(shard => shard.Customers), shards.Count(shard => shard.Done));
    }

    /// <summary>How far a shard is.</summary>
    public async Task<(string After, long Customers, bool Done)> ReadAsync(RebuildSlice slice, CancellationToken ct) =>
        await store.ReadAsync(Tables.Rebuilds, Partition(slice.Version), Row(slice.Shard), ct) is { } row ? Read(row) : ("", 0, false);

    /// <summary>Keeps how far a shard is, and lets it go on where there is more to do.</summary>
    public async Task WriteAsync(RebuildSlice slice, string after, long customers, bool done, CancellationToken ct)
    {
        // First what goes on, then how far: whoever dies in between does this slice again and goes on twice, and of two that go on from one place the second stops.
        if (!done) await bus.SendAsync(Queue.Rebuilds, [new((slice with { After = after }).ToBody())], ct);
        await store.CommitAsync(Tables.Rebuilds, Partition(slice.Version), [new Write.Put(Row(slice.Shard), Encoding.ASCII.GetBytes($"{customers} {(done ? "done" : "going")} {after}"))], ct);
    }

    private static (string After, long Customers, bool Done) Read(Row row)
    {
        var words = Encoding.ASCII.GetString(row.Value).Split(' ');
        return (words[2], long.Parse(words[0], CultureInfo.InvariantCulture), words[1] == "done");
    }

    private static string Partition(long version) => version.ToString("D10", CultureInfo.InvariantCulture);

    private static string Row(int shard) => shard.ToString("x2", CultureInfo.InvariantCulture);
}
