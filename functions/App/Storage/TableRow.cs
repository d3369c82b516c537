using Azure;
using Azure.Data.Tables;

namespace MarketingAutomation.Storage;

/// <summary>How a row stands in Table Storage: its value cut into binary properties <c>v0</c>, <c>v1</c>…, and <c>c</c>, the id of the commit that wrote it.</summary>
internal static class TableRow
{
    /// <summary>Name of the property with the commit's id.</summary>
    public const string Commit = "c";

    /// <summary>Table Storage's limit for one binary property.</summary>
    private const int PropertyBytes = 64 << 10;

    // A row that was never written as this could not have this ETag: the service makes them from the instant of the write.
    private static readonly ETag Never = new("W/\"datetime'1601-01-01T00%3A00%3A00.0000000Z'\"");

    private static readonly string[] Parts = [.. Enumerable.Range(0, CommitLimits.ValueBytes / PropertyBytes).Select(i => $"v{i}")];

    public static Row Read(TableEntity entity) => new(entity.PartitionKey, entity.RowKey, Value(entity), entity.ETag.ToString());

    public static TableTransactionAction Action(string partition, Write write, Guid commit) => write switch
    {
        Write.Insert insert => new(TableTransactionActionType.Add, Entity(partition, insert.Key, insert.Value, commit)),
        Write.Replace replace => new(TableTransactionActionType.UpdateReplace, Entity(partition, replace.Key, replace.Value, commit), ETagOf(replace.ETag)),
        Write.Put put => new(TableTransactionActionType.UpsertReplace, Entity(partition, put.Key, put.Value, commit)),
        _ => new(TableTransactionActionType.Delete, new TableEntity(partition, write.Key), ETag.All),
    };

    private static TableEntity Entity(string partition, string key, byte[] value, Guid commit)
    {
        var entity = new TableEntity(partition, key) { [Commit] = commit };
        if (value.Length is > 0 and <= PropertyBytes) entity[Parts[0]] = value;
        else
            foreach (var (part, bytes) in value.Chunk(PropertyBytes).Index()) entity[Parts[part]] = bytes;
        return entity;
    }

    private static byte[] Value(TableEntity entity)
    {
        var first = entity.GetBinary(Parts[0]) ?? [];
        if (first.Length < PropertyBytes) return first;
        return [.. Parts.Select(entity.GetBinary).TakeWhile(part => part is not null).SelectMany(part => part!)];
    }

    // "*" would fit every row, and what is no ETag of Table Storage would be a bad request instead of a conflict.
    private static ETag ETagOf(string text) => text.StartsWith("W/\"", StringComparison.Ordinal) ? new(text) : Never;
}
