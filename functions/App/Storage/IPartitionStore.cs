namespace MarketingAutomation.Storage;

/// <summary>Rows in partitions: what Azure Table Storage and SQLite have in common, and all we ask of either.</summary>
/// <remarks>Tables come into being when first written. Keys are 1 to 256 characters of ASCII without <c>/ \ # ? % ,</c> and
/// control characters, ordered by code point; a table's name is 3 to 63 letters a–z.</remarks>
internal interface IPartitionStore
{
    /// <summary>One row, or null where there is none.</summary>
    Task<Row?> ReadAsync(string table, string partition, string key, CancellationToken ct);

    /// <summary>The rows of one partition with <paramref name="from"/> ≤ key &lt; <paramref name="to"/>, in key order.</summary>
    Task<IReadOnlyList<Row>> ReadRangeAsync(string table, string partition, string from, string to, CancellationToken ct);

    /// <summary>All writes or none, durable when this returns.</summary>
    /// <param name="writes">1 to 100, each with another key, together under 2.5 MiB, no value longer than 704 KiB; see <see cref="CommitLimits"/>.</param>
    /// <returns>ETag of the row of the first write; null where that deletes, or where it is not known: a read tells.</returns>
    /// <exception cref="CommitConflictException">A row is not as a write expects; nothing was written.</exception>
    /// <exception cref="StoreBusyException">The storage did not answer for long; whether the writes were made shows when reading again.</exception>
    Task<string?> CommitAsync(string table, string partition, IReadOnlyList<Write> writes, CancellationToken ct);

    /// <summary>All rows of the partitions with <paramref name="fromPartition"/> ≤ partition &lt; <paramref name="toPartition"/>, ordered by partition, then key, read a page at a time.</summary>
    IAsyncEnumerable<Row> ScanAsync(string table, string fromPartition, string toPartition, CancellationToken ct);
}

/// <param name="ETag">Changes with every write of the row.</param>
internal sealed record Row(string Partition, string Key, byte[] Value, string ETag);

/// <summary>One row's change inside a commit.</summary>
internal abstract record Write(string Key)
{
    /// <summary>The row must not exist.</summary>
    public sealed record Insert(string Key, byte[] Value) : Write(Key);

    /// <summary>The row must exist with this ETag.</summary>
    public sealed record Replace(string Key, byte[] Value, string ETag) : Write(Key);

    /// <summary>Whatever was there before.</summary>
    public sealed record Put(string Key, byte[] Value) : Write(Key);

    /// <summary>Gone afterwards; it may be gone already.</summary>
    public sealed record Delete(string Key) : Write(Key);
}

/// <summary>Somebody else was first; nothing was written.</summary>
internal sealed class CommitConflictException(string table, string partition, string key) : Exception($"Row {table}/{partition}/{key} is not as the commit expected.")
{
    public string Table { get; } = table;

    public string Partition { get; } = partition;

    /// <summary>The first row that was not as expected.</summary>
    public string Key { get; } = key;
}

/// <summary>The storage is out of reach or overloaded, and stayed so over several tries; later is another matter.</summary>
internal sealed class StoreBusyException(string message, Exception? inner = null) : Exception(message, inner);
