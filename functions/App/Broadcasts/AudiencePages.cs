using System.Collections.Concurrent;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Broadcasts;

/// <summary>The members of a segment's shard a page at a time, read ahead somewhat, because where a partition begins is where reading it begins.</summary>
internal sealed class AudiencePages(IPartitionStore store, TimeProvider clock)
{
    private const int Ahead = 1_000;

    // Who has come into the segment since then may have been missed.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Members members = new(store);
    private readonly ConcurrentDictionary<(string Broadcast, int Chain), (int Shard, string After, DateTimeOffset At, IReadOnlyList<CustomerKey> Keys)> ahead = new();

    /// <returns>Fewer than <paramref name="most"/> where these are the last.</returns>
    public async Task<IReadOnlyList<CustomerKey>> NextAsync(string broadcast, string segment, int shard, string after, int most, CancellationToken ct)
    {
        var place = (broadcast, shard % BroadcastPlans.Chains);
        if (!ahead.TryRemove(place, out var read) || read.Shard != shard || read.After != after || read.Keys.Count < most || read.At < clock.GetUtcNow() - Fresh)
            read = (shard, after, clock.GetUtcNow(), await members.ListShardAsync(segment, shard, after, ct).Take(Ahead).Select(member => member.Customer).ToListAsync(ct));
        CustomerKey[] page = [.. read.Keys.Take(most)];
        if (read.Keys.Count > most) ahead[place] = (shard, page[^1].Value, read.At, [.. read.Keys.Skip(most)]);
        return page;
    }
}
