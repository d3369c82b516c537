using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Segments;

/// <param name="Version">Of the customer's state that says so.</param>
/// <param name="Since">Null where the customer has left.</param>
internal sealed record MemberChange(string Segment, CustomerKey Customer, long Version, DateTimeOffset? Since);

/// <param name="Since">The instant at which it became true.</param>
internal sealed record Member(CustomerKey Customer, DateTimeOffset Since);

/// <summary>The index from segments to their customers, in partitions <c>{segment}~{shard}</c>. The truth is in the customers' own states.</summary>
/// <remarks>Each row carries the version of the state it was written for and is written only forward; who has left leaves a row behind, so that a late writer cannot bring anybody back.</remarks>
internal sealed class Members(IPartitionStore store)
{
    private const int MostRows = 100;

    /// <summary>Takes changes over; older ones than the index has are passed over, in whatever order they come.</summary>
    public Task PutAsync(IReadOnlyCollection<MemberChange> changes, CancellationToken ct) => Task.WhenAll(
        from change in changes
        group change by (change.Segment, change.Customer) into one
        let latest = one.Index().MaxBy(change => (change.Item.Version, change.Index)).Item // of one commit's changes the last
        group latest by Partition(latest.Segment, latest.Customer) into partition
        from chunk in partition.Chunk(MostRows)
        select PutAsync(partition.Key, chunk, ct));

    /// <summary>The members of a segment in the order of their keys.</summary>
    /// <param name="after">Begins behind this customer.</param>
    public async IAsyncEnumerable<Member> ListAsync(string segment, CustomerKey? after, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in store.ScanAsync(Tables.Members, after is { } key ? Partition(segment, key) : $"{segment}~", $"{segment}~~", ct))
            if (!(string.CompareOrdinal(row.Key, after?.Value) <= 0 && after is not null) && Read(row.Value) is (_, { } since)) yield return new(new(row.Key), since);
    }

    /// <summary>The members of a segment in one shard.</summary>
    /// <param name="after">Begins behind this key; at the shard's first where empty.</param>
    public async IAsyncEnumerable<Member> ListShardAsync(string segment, int shard, string after, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in store.ScanAsync(Tables.Members, $"{segment}~{shard:x2}", $"{segment}~{shard:x2}~", ct))
            if (string.CompareOrdinal(row.Key, after) > 0 && Read(row.Value) is (_, { } since)) yield return new(new(row.Key), since);
    }

    public async Task<long> CountAsync(string segment, CancellationToken ct) => await ListAsync(segment, null, ct).LongCountAsync(ct);

    /// <summary>Makes the index anew from the customers of a shard, for data from before there was one, or after it was lost. Safe beside live events, because it too writes only forward.</summary>
    /// <returns>Memberships put right or found right.</returns>
    public async Task<long> ReindexAsync(int shard, IEnumerable<string> segments, CancellationToken ct)
    {
        List<MemberChange> changes = [];
        Dictionary<string, Customer> customers = new(StringComparer.Ordinal);
        await foreach (var (customer, _) in new StoredCustomers(store).ReadAsync(shard, "", ct))
        {
            customers[customer.Key.Value] = customer;
            changes.AddRange(customer.Segments.Select(segment => new MemberChange(segment.Key, customer.Key, customer.Version, segment.Value)));
        }
        var found = changes.Count;
        foreach (var segment in segments)
            await foreach (var row in store.ScanAsync(Tables.Members, $"{segment}~{shard:x2}", $"{segment}~{shard:x2}~", ct))
                if (customers.GetValueOrDefault(row.Key) is { } customer && !customer.Segments.ContainsKey(segment)) changes.Add(new(segment, customer.Key, customer.Version, null));
        await PutAsync(changes, ct);
        return found;
    }

    private async Task PutAsync(string partition, IReadOnlyList<MemberChange> changes, CancellationToken ct)
    {
        while (true)
        {
            var rows = await Task.WhenAll(changes.Select(change => store.ReadAsync(Tables.Members, partition, change.Customer.Value, ct)));
            List<Write> writes = [.. changes.Zip(rows, WriteOf).OfType<Write>()];
            if (writes.Count == 0) return;
            try
            {
                await store.CommitAsync(Tables.Members, partition, writes, ct);
                return;
            }
            catch (CommitConflictException) { } // another writer was there: see what it knows
        }
    }

    private static Write? WriteOf(MemberChange change, Row? row)
    {
        var value = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{change.Version} {change.Since?.UtcTicks}"));
        return row is null ? new Write.Insert(change.Customer.Value, value) : Read(row.Value).Version < change.Version ? new Write.Replace(row.Key, value, row.ETag) : null;
    }

    private static string Partition(string segment, CustomerKey customer) => $"{segment}~{customer.Value.AsSpan(0, 2)}";

    private static (long Version, DateTimeOffset? Since) Read(byte[] value)
    {
        var words = Encoding.ASCII.GetString(value).Split(' ');
        return (long.Parse(words[0], CultureInfo.InvariantCulture), words[1].Length > 0 ? new DateTimeOffset(long.Parse(words[1], CultureInfo.InvariantCulture), TimeSpan.Zero) : null);
    }
}
