using System.Globalization;
using System.Text;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Receptions;

/// <summary>How messages sent in one hour were received, in rows without personal data that are the same however often they are written.</summary>
/// <remarks>
/// <c>sent~{hour}~{journey}~{shard}</c> holds a row for each message, until the hour is over and its sum is in <c>tally</c>;
/// <c>reaction~{hour}~{journey}</c> holds what became of some of them, under the hour in which they were sent, so that a rate is of messages that were sent together.
/// </remarks>
internal static class ReceptionRows
{
    public const string Sent = "sent~", SentEnd = "sent~~", Reactions = "reaction~", ReactionsEnd = "reaction~~", Tally = "tally";

    private const int Shards = 16, MostRows = 100;

    public static Task PutAsync(IPartitionStore store, IEnumerable<Effect.Count> counts, CancellationToken ct) => Task.WhenAll(
        from partition in counts.GroupBy(Partition, StringComparer.Ordinal)
        from chunk in partition.DistinctBy(Key, StringComparer.Ordinal).Chunk(MostRows)
        select store.CommitAsync(Tables.Receptions, partition.Key, [.. chunk.Select(count => new Write.Put(Key(count), Bytes(count)))], ct));

    /// <summary>The hour an instant lies in, as it stands in keys.</summary>
    public static string Hour(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);

    /// <summary>When an hour begins.</summary>
    public static DateTimeOffset Begin(string hour) => new(DateTime.ParseExact(hour, "yyyyMMddHH", CultureInfo.InvariantCulture), TimeSpan.Zero);

    /// <summary>A row of a message, or of what became of it.</summary>
    public static (string Hour, string Journey, DateTimeOffset SentAt, Reception Line) Read(Row row)
    {
        var place = row.Partition.Split('~');
        var words = Encoding.UTF8.GetString(row.Value).Split(' ');
        var reaction = place[0] == "sent" ? Reaction.Sent : Enum.Parse<Reaction>(row.Key[(row.Key.LastIndexOf('-') + 1)..]);
        return (place[1], place[2], new(long.Parse(words[0], CultureInfo.InvariantCulture), TimeSpan.Zero), new Reception(place[2], words[1], words is [_, _, var domain] ? domain : null).Plus(reaction));
    }

    /// <summary>The sums of an hour.</summary>
    public static byte[] Pack(IEnumerable<Reception> lines) =>
        Packed.Pack(Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Sent} {line.Journey} {line.Topic} {line.Domain}")))));

    public static IEnumerable<Reception> Unpack(Row row) =>
        from line in Encoding.UTF8.GetString(Packed.Unpack(row.Value).Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let words = line.Split(' ')
        select new Reception(words[1], words[2], words[3] is { Length: > 0 } domain ? domain : null, long.Parse(words[0], CultureInfo.InvariantCulture));

    private static string Partition(Effect.Count count) => count.Reaction == Reaction.Sent
        ? $"{Sent}{Hour(count.SentAt)}~{count.Journey}~{Hash.Bucket("reception", count.Delivery) % Shards:x}"
        : $"{Reactions}{Hour(count.SentAt)}~{count.Journey}";

    private static string Key(Effect.Count count) => count.Reaction == Reaction.Sent ? count.Delivery : $"{count.Delivery}-{count.Reaction}";

    private static byte[] Bytes(Effect.Count count) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{count.SentAt.UtcTicks} {count.Topic}{(count.Domain is { } domain ? $" {domain}" : "")}"));
}
