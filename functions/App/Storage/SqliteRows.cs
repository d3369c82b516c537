using System.Text;
using SQLitePCL;

namespace MarketingAutomation.Storage;

/// <summary>The rows of a running query, one at a time. Disposing ends it, and with it the snapshot it reads from.</summary>
internal readonly ref struct SqliteRows(sqlite3 connection, sqlite3_stmt statement) : IDisposable
{
    /// <summary>Moves to the next row; false after the last.</summary>
    public bool Read() => raw.sqlite3_step(statement) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        var error => throw SqliteSession.Fault(error, connection),
    };

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    /// <summary>How long <see cref="Bytes"/> would be.</summary>
    public int Length(int column) => raw.sqlite3_column_bytes(statement, column);

    /// <remarks>Its answer repeats the error of the last <see cref="Read"/>, which was thrown already.</remarks>
    public void Dispose() => raw.sqlite3_reset(statement);
}
