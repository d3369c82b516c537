namespace MarketingAutomation.Storage;

/// <summary>Spans that keep readers, writers and the mover of shards apart; see <see cref="ShardedPartitionStore"/>. Every process must use the same.</summary>
/// <param name="Lease">How long a map that was read may be relied on. A busy process reads it twice in this time, an idle one never.</param>
/// <param name="Pause">How long a caller waits for a closed shard before it is told to come again later.</param>
/// <param name="Look">Between two looks at the map while waiting.</param>
/// <param name="Beat">How old a mover's last sign of life may be when it sends its next request.</param>
/// <param name="Request">Limit for one request of a mover.</param>
/// <param name="Death">Silence after which a mover is taken for dead: longer than <paramref name="Beat"/> and <paramref name="Request"/> and the 30 seconds
/// for which the service may go on with a request that nobody waits for.</param>
internal sealed record ShardTimes(TimeSpan Lease, TimeSpan Pause, TimeSpan Look, TimeSpan Beat, TimeSpan Request, TimeSpan Death)
{
    public static readonly ShardTimes Default = new(
        Lease: TimeSpan.FromSeconds(5), Pause: TimeSpan.FromSeconds(60), Look: TimeSpan.FromMilliseconds(250),
        Beat: TimeSpan.FromSeconds(5), Request: TimeSpan.FromSeconds(20), Death: TimeSpan.FromSeconds(90));

    /// <summary>After this nobody relies on an older map any more, also where clocks run unevenly.</summary>
    public TimeSpan LeasesOver => Lease * 1.2;
}
