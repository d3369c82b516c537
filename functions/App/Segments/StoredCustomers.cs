using System.Runtime.CompilerServices;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Segments;

/// <summary>Goes over customers as they are stored, a shard at a time.</summary>
internal sealed class StoredCustomers(IPartitionStore store)
{
    public const int Shards = 256;

    /// <summary>The customers of a shard in the order of their keys, their logs unread. Those that were merged into another are left out.</summary>
    /// <param name="after">Begins behind this key; at the shard's first where empty.</param>
    public async IAsyncEnumerable<Customer> ReadAsync(int shard, string after, [EnumeratorCancellation] CancellationToken ct)
    {
        List<Row> state = [];
        await foreach (var row in store.ScanAsync(Tables.Customers, after.Length > 0 ? after + " " : $"{shard:x2}-", $"{shard:x2}.", ct))
        {
            if (state is [var before, ..] && before.Partition != row.Partition)
            {
                if (Of(state) is { } customer) yield return customer;
                state = [];
            }
            if (CustomerRows.IsState(row)) state.Add(row);
        }
        if (state.Count > 0 && Of(state) is { } last) yield return last;
    }

    private static Customer? Of(List<Row> state) => CustomerRows.Customer(new(state[0].Partition), state) is { MergedInto: null } customer ? customer : null;
}
