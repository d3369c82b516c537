using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Broadcasts;

/// <summary>What is to become of a broadcast.</summary>
internal enum BroadcastState
{
    /// <summary>Begins at its time.</summary>
    Planned,

    /// <summary>Has begun; whether it is over, its shards say.</summary>
    Running,

    /// <summary>Nobody enters any more, unless somebody starts it.</summary>
    Cancelled,

    /// <summary>Its time was long past when it was first published, or nobody was there to begin it.</summary>
    Late,

    /// <summary>It took longer than messages stay fresh; nobody enters any more, unless somebody starts it.</summary>
    Expired,
}

/// <param name="At">The time it was planned for.</param>
/// <param name="Since">When it began, or was last started.</param>
/// <param name="Version">The catalog that planned it.</param>
internal sealed record BroadcastPlan(BroadcastState State, DateTimeOffset At, DateTimeOffset? Since, long Version);

/// <summary>How far a shard is.</summary>
/// <param name="Listed">Customers whose turn it has been, by the index of members.</param>
/// <param name="Left">Those of them who were no longer in the segment, or turned out to be somebody who has the message.</param>
/// <param name="From">Where the last page began.</param>
/// <param name="After">Key of the last customer whose turn it has been; empty at the beginning.</param>
/// <param name="TouchedAt">When somebody last worked on it.</param>
internal sealed record ShardProgress(long Listed, long Left, string From, string After, bool Done, DateTimeOffset TouchedAt)
{
    public static readonly ShardProgress None = new(0, 0, "", "", false, DateTimeOffset.MinValue);
}

/// <summary>The rows of broadcasts: one partition for each, with its plan and how far each shard is.</summary>
internal sealed class BroadcastRows(IPartitionStore store)
{
    private const string Plan = "plan", Shard = "shard-";

    public async Task<(BroadcastPlan? Plan, string? ETag)> ReadPlanAsync(string id, CancellationToken ct) => Of(await store.ReadAsync(Tables.Broadcasts, Partition(id), Plan, ct), BroadcastJson.Default.BroadcastPlan);

    public async Task<(ShardProgress? Progress, string? ETag)> ReadShardAsync(string id, int shard, CancellationToken ct) => Of(await store.ReadAsync(Tables.Broadcasts, Partition(id), Row(shard), ct), BroadcastJson.Default.ShardProgress);

    /// <summary>All shards that have been begun.</summary>
    public async Task<IReadOnlyDictionary<int, ShardProgress>> ReadShardsAsync(string id, CancellationToken ct) =>
        (await store.ReadRangeAsync(Tables.Broadcasts, Partition(id), Shard, Shard + "~", ct)).ToDictionary(
            row => int.Parse(row.Key.AsSpan(Shard.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture), row => Of(row, BroadcastJson.Default.ShardProgress).Value!);

    /// <returns>False where somebody else has written it since it was read.</returns>
    public Task<bool> WritePlanAsync(string id, BroadcastPlan plan, string? etag, CancellationToken ct) => WriteAsync(id, Plan, JsonSerializer.SerializeToUtf8Bytes(plan, BroadcastJson.Default.BroadcastPlan), etag, ct);

    /// <inheritdoc cref="WritePlanAsync"/>
    public Task<bool> WriteShardAsync(string id, int shard, ShardProgress progress, string? etag, CancellationToken ct) => WriteAsync(id, Row(shard), JsonSerializer.SerializeToUtf8Bytes(progress, BroadcastJson.Default.ShardProgress), etag, ct);

    private async Task<bool> WriteAsync(string id, string key, byte[] value, string? etag, CancellationToken ct)
    {
        try
        {
            await store.CommitAsync(Tables.Broadcasts, Partition(id), [etag is null ? new Write.Insert(key, value) : new Write.Replace(key, value, etag)], ct);
            return true;
        }
        catch (CommitConflictException)
        {
            return false;
        }
    }

    private static (T? Value, string? ETag) Of<T>(Row? row, JsonTypeInfo<T> type) where T : class => row is null ? default : (JsonSerializer.Deserialize(row.Value, type), row.ETag);

    private static string Partition(string id) => $"broadcast~{id}";

    private static string Row(int shard) => $"{Shard}{shard:x2}";
}
