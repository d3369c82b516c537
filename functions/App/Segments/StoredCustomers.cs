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
    public async IAsyncEnumerable<StoredCustomer> ReadAsync(int shard, string after, [EnumeratorCancellation] CancellationToken ct)
    {
        List<Row> rows = [];
        await foreach (var row in store.ScanAsync(Tables.Customers, after.Length > 0 ? after + " " : $"{shard:x2}-", $"{shard:x2}.", ct))
        {
            if (rows is [var before, ..] && before.Partition != row.Partition)
            {
                if (StoredCustomer.Of(rows) is { } customer) yield return customer;
                rows = [];
            }
            if (string.CompareOrdinal(row.Key, CustomerRows.From) >= 0) rows.Add(row);
        }
        if (StoredCustomer.Of(rows) is { } last) yield return last;
    }
}

/// <param name="HasTodos">Effects of it have not been seen to run.</param>
internal sealed record StoredCustomer(Customer Customer, bool HasTodos)
{
    public static StoredCustomer? Of(List<Row> rows)
    {
        List<Row> state = [.. rows.Where(CustomerRows.IsState)];
        return state.Count > 0 && CustomerRows.Customer(new(state[0].Partition), state) is { MergedInto: null } customer ? new(customer, state.Count < rows.Count) : null;
    }
}
