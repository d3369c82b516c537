using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MarketingAutomation.Storage;

/// <summary>Rows in partitions, in one SQLite file. An ETag is a number the file never gives twice.</summary>
/// <remarks>Reads run on the caller's thread and return completed tasks: they take some 20 µs, less than a change of threads is worth.</remarks>
internal sealed class SqlitePartitionStore(SqliteFile file) : IPartitionStore
{
    private const int MostRowsPerPage = 1000;
    private const int MostBytesPerPage = 4 << 20;

    private readonly ConcurrentDictionary<string, SqliteTable> _tables = new(StringComparer.Ordinal);

    public Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(file.Read(session =>
        {
            if (Find(table, session) is not { } found) return null;
            using var rows = session.Query(found.Read, partition, key);
            return rows.Read() ? ToRow(rows) : null;
        }));
    }

    public Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(file.Read<IReadOnlyList<Row>>(session =>
        {
            if (Find(table, session) is not { } found) return [];
            using var rows = session.Query(found.ReadRange, partition, from, to);
            var range = new List<Row>();
            while (rows.Read()) range.Add(ToRow(rows));
            return range;
        }));
    }

    public async Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct)
    {
        var bytes = CommitLimits.Check(partition, writes);
        var made = await MakeAsync(table, ct);
        var etag = await file.WriteAsync(transaction => Commit(transaction, made, partition, writes), bytes, ct);
        return writes[0] is Write.Delete ? null : ToETag(etag);
    }

    /// <remarks>No snapshot is held from page to page, so a slow reader does not keep the log from being emptied.</remarks>
    public IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, CancellationToken ct) =>
        Scan(table, fromPartition, toPartition, ct).ToAsyncEnumerable();

    private IEnumerable<Row> Scan(string table, string fromPartition, string toPartition, CancellationToken ct)
    {
        for (var (partition, key) = (fromPartition, ""); ;)
        {
            ct.ThrowIfCancellationRequested();
            var page = file.Read(session => ReadPage(session, table, partition, key, toPartition));
            if (page is not [.., var last]) yield break;
            foreach (var row in page) yield return row;
            (partition, key) = (last.Partition, last.Key);
        }
    }

    private List<Row> ReadPage(SqliteSession session, string table, string afterPartition, string afterKey, string toPartition)
    {
        if (Find(table, session) is not { } found) return [];
        using var rows = session.Query(found.Scan, afterPartition, afterKey, toPartition, MostRowsPerPage);
        var page = new List<Row>();
        for (var room = MostBytesPerPage; room > 0 && rows.Read(); room -= page[^1].Value.Length) page.Add(ToRow(rows));
        return page;
    }

    private static long Commit(SqliteTransaction transaction, SqliteTable table, string partition, IReadOnlyList<Write> writes)
    {
        foreach (var write in writes) Check(transaction, table, partition, write);
        var etag = transaction.NextNumber();
        foreach (var write in writes) Apply(transaction, table, partition, write, etag);
        return etag;
    }

    private static void Check(SqliteTransaction transaction, SqliteTable table, string partition, Write write)
    {
        if (write is not (Write.Insert or Write.Replace)) return;
        using var rows = transaction.Query(table.ETag, partition, write.Key);
        var found = rows.Read() ? ToETag(rows.Number(0)) : null;
        if (found != (write as Write.Replace)?.ETag) throw new CommitConflictException(table.Name, partition, write.Key);
    }

    private static int Apply(SqliteTransaction transaction, SqliteTable table, string partition, Write write, long etag) => write switch
    {
        Write.Insert insert => transaction.Run(table.Put, partition, insert.Key, etag, insert.Value),
        Write.Replace replace => transaction.Run(table.Put, partition, replace.Key, etag, replace.Value),
        Write.Put put => transaction.Run(table.Put, partition, put.Key, etag, put.Value),
        Write.Delete delete => transaction.Run(table.Delete, partition, delete.Key),
        _ => throw new UnreachableException(),
    };

    /// <summary>The table, made where nobody has yet.</summary>
    private async ValueTask<SqliteTable> MakeAsync(string table, CancellationToken ct)
    {
        if (_tables.TryGetValue(table, out var known)) return known;
        var made = new SqliteTable(table);
        await file.WriteAsync(transaction => transaction.Run(made.Create), size: 0, ct); // committed by itself: only then may others count on it
        return _tables.GetOrAdd(table, made);
    }

    /// <summary>The table, or null where nobody has written to it yet.</summary>
    private SqliteTable? Find(string table, SqliteSession session)
    {
        if (_tables.TryGetValue(table, out var known)) return known;
        var found = new SqliteTable(table);
        using var rows = session.Query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", table);
        return rows.Read() ? _tables.GetOrAdd(table, found) : null;
    }

    private static Row ToRow(SqliteRows rows) => new(rows.Text(0), rows.Text(1), rows.Bytes(2), ToETag(rows.Number(3)));

    private static string ToETag(long number) => number.ToString(CultureInfo.InvariantCulture);
}
