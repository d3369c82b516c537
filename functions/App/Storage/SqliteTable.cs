namespace MarketingAutomation.Storage;

/// <summary>The SQL for one table of rows in partitions.</summary>
internal sealed class SqliteTable
{
    /// <exception cref="ArgumentException">The name is not 3 to 63 letters a–z.</exception>
    public SqliteTable(string name)
    {
        CommitLimits.CheckTable(name);
        Name = name;
        Create = $"""CREATE TABLE IF NOT EXISTS "{name}" (partition TEXT, key TEXT, etag INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (partition, key)) WITHOUT ROWID""";
        ETag = $"""SELECT etag FROM "{name}" WHERE partition = ? AND key = ?""";
        Put = $"""REPLACE INTO "{name}" (partition, key, etag, value) VALUES (?, ?, ?, ?)""";
        Delete = $"""DELETE FROM "{name}" WHERE partition = ? AND key = ?""";
        Read = $"""SELECT partition, key, value, etag FROM "{name}" WHERE partition = ? AND key = ?""";
        ReadRange = $"""SELECT partition, key, value, etag FROM "{name}" WHERE partition = ? AND key >= ? AND key < ? ORDER BY key""";
        Scan = $"""SELECT partition, key, value, etag FROM "{name}" WHERE (partition, key) > (?, ?) AND partition < ? ORDER BY partition, key LIMIT ?""";
    }

    public string Name { get; }

    public string Create { get; }

    /// <summary>(partition, key) → etag.</summary>
    public string ETag { get; }

    /// <summary>(partition, key, etag, value), whatever was there before.</summary>
    public string Put { get; }

    /// <summary>(partition, key).</summary>
    public string Delete { get; }

    /// <summary>(partition, key) → partition, key, value, etag.</summary>
    public string Read { get; }

    /// <summary>(partition, from, to) → as <see cref="Read"/>.</summary>
    public string ReadRange { get; }

    /// <summary>(partition and key of the row before, end of the partitions, most rows) → as <see cref="Read"/>.</summary>
    public string Scan { get; }
}
