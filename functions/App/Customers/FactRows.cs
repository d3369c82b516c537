using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>Facts in partitions <c>{shard}~{journey}~{entry day}</c>: all facts of a run stand together, and a report reads the days it is about.</summary>
internal static class FactRows
{
    private const int Shards = 16;

    public static string Partition(Fact fact) => $"{Hash.Bucket("facts", fact.Run) % Shards:x}~{fact.Journey}~{fact.EnteredAt.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";

    /// <summary>The facts of runs entered in <c>[from, to)</c>, a partition at a time.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<Fact>> ReadAsync(IPartitionStore store, string? journey, DateTimeOffset? from, DateTimeOffset? to, [EnumeratorCancellation] CancellationToken ct)
    {
        string? partition = null;
        List<Fact> facts = [];
        await foreach (var row in RowsAsync(store, journey, ct))
        {
            if (row.Partition != partition)
            {
                if (facts.Count > 0) yield return facts;
                (partition, facts) = (row.Partition, []);
            }
            var fact = JsonSerializer.Deserialize(row.Value, CoreJson.Default.Fact)!;
            if ((journey is null || fact.Journey == journey) && !(fact.EnteredAt < from) && !(fact.EnteredAt >= to)) facts.Add(fact);
        }
        if (facts.Count > 0) yield return facts;
    }

    // Of one journey only its own partitions.
    private static IAsyncEnumerable<Row> RowsAsync(IPartitionStore store, string? journey, CancellationToken ct) => journey is null
        ? store.ScanAsync(Tables.Facts, "", "~", ct)
        : Enumerable.Range(0, Shards).ToAsyncEnumerable().SelectMany(shard => store.ScanAsync(Tables.Facts, $"{shard:x}~{journey}~", $"{shard:x}~{journey}~~", ct));
}
