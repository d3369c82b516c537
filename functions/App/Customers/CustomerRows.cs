using System.Text;
using System.Text.Json;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>How a customer's partition is laid out in rows.</summary>
internal static class CustomerRows
{
    /// <summary>Loading a customer is one range read: state and todos, and nothing of what only grows.</summary>
    public const string From = "state", To = "todo~";

    public const string LogFrom = "log-", LogTo = "log.";

    // Table Storage holds at most 64 KiB in a property.
    private const int ChunkBytes = 60 * 1024;

    public static string Id(string messageId) => $"id-{Hash.Id(messageId)}";

    public static string Log(long version, int index) => $"log-{version:D12}-{index:D2}";

    public static string Todo(long version) => $"todo-{version:D12}";

    /// <summary>The state's version that a todo came with.</summary>
    public static long VersionOf(string todoKey) => long.Parse(todoKey.AsSpan("todo-".Length), System.Globalization.CultureInfo.InvariantCulture);

    public static string Delivery(string id) => $"delivery-{id}";

    /// <summary>A message as it was sent, for whoever reads it in a browser; outside of what loading a customer reads.</summary>
    public static string Sent(string delivery) => $"sent-{delivery}";

    public static byte[] Pack(LogEntry entry) => Packed.Pack(JsonSerializer.SerializeToUtf8Bytes(entry, CoreJson.Default.LogEntry));

    public static byte[] Pack(Delivery delivery) => Packed.Pack(JsonSerializer.SerializeToUtf8Bytes(delivery, CoreJson.Default.Delivery));

    public static byte[] Pack(string page) => Packed.Pack(Encoding.UTF8.GetBytes(page));

    public static string Page(Row row) => Encoding.UTF8.GetString(Packed.Unpack(row.Value).Span);

    public static byte[] Pack(List<Effect> effects) => Packed.Pack(JsonSerializer.SerializeToUtf8Bytes(effects, CoreJson.Default.ListEffect));

    public static LogEntry LogEntry(Row row) => JsonSerializer.Deserialize(Packed.Unpack(row.Value).Span, CoreJson.Default.LogEntry)!;

    public static List<Effect> Effects(Row row) => JsonSerializer.Deserialize(Packed.Unpack(row.Value).Span, CoreJson.Default.ListEffect)!;

    public static Delivery DeliveryOf(Row row) => JsonSerializer.Deserialize(Packed.Unpack(row.Value).Span, CoreJson.Default.Delivery)!;

    public static bool IsState(Row row) => row.Key.StartsWith("state", StringComparison.Ordinal);

    public static Customer Customer(CustomerKey key, IReadOnlyList<Row> state) => state.Count == 0
        ? new(key)
        : JsonSerializer.Deserialize(Packed.Unpack(state is [var only] ? only.Value : state.SelectMany(row => row.Value).ToArray()).Span, CoreJson.Default.Customer)!;

    /// <summary>The row of a state as it was written, where it was and is a single one, and its ETag is known.</summary>
    public static Row? OnlyState(CustomerKey key, IReadOnlyList<Row> before, IReadOnlyList<Write> writes, string? etag) =>
        etag is null || before.Count > 1 || writes.Count(write => write.Key.StartsWith("state", StringComparison.Ordinal)) > 1 ? null
        : writes[0] switch
        {
            Write.Insert insert => new(key.Value, insert.Key, insert.Value, etag),
            Write.Replace replace => new(key.Value, replace.Key, replace.Value, etag),
            _ => null,
        };

    /// <summary>The writes that turn the rows read into the customer given; the first row always changes, and its ETag guards the commit.</summary>
    public static IEnumerable<Write> State(Customer customer, IReadOnlyList<Row> before)
    {
        var packed = Packed.Pack(JsonSerializer.SerializeToUtf8Bytes(customer, CoreJson.Default.Customer));
        var chunks = packed.Length <= ChunkBytes ? [packed] : packed.Chunk(ChunkBytes).ToList();
        for (var i = 0; i < chunks.Count; i++)
        {
            var key = i == 0 ? "state" : $"state-{i:D2}";
            if (i >= before.Count) yield return new Write.Insert(key, chunks[i]);
            else if (i == 0 || !chunks[i].AsSpan().SequenceEqual(before[i].Value)) yield return new Write.Replace(key, chunks[i], before[i].ETag);
        }
        foreach (var row in before.Skip(chunks.Count)) yield return new Write.Delete(row.Key);
    }
}
