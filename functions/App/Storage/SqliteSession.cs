using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MarketingAutomation.Storage;

/// <summary>One connection to a SQLite file with its prepared statements; used by one thread at a time.</summary>
/// <remarks>Speaks to SQLite without ADO.NET in between, which would cost two thirds more CPU where rows are small.</remarks>
internal sealed class SqliteSession : IDisposable
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    private readonly sqlite3 _connection;
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(StringComparer.Ordinal);

    static SqliteSession() => Batteries_V2.Init();

    /// <exception cref="SqliteException">The file cannot be opened, or is none of SQLite's.</exception>
    public SqliteSession(string path)
    {
        Check(raw.sqlite3_open_v2(path, out _connection, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null));
        Check(raw.sqlite3_busy_timeout(_connection, (int)BusyTimeout.TotalMilliseconds));
    }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(_connection) == 0;

    /// <summary>Runs statements that are not worth keeping, such as pragmas and schema.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_connection, sql));

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>How many rows it inserted, updated or deleted; meaningless for anything else.</returns>
    public int Run(string sql, params ReadOnlySpan<SqliteValue> values)
    {
        using var rows = Query(sql, values);
        rows.Read();
        return raw.sqlite3_changes(_connection);
    }

    /// <summary>Starts a query; its statement stays prepared for the next time.</summary>
    public SqliteRows Query(string sql, params ReadOnlySpan<SqliteValue> values)
    {
        var statement = Prepared(sql);
        for (var i = 0; i < values.Length; i++) Check(Bind(statement, i + 1, values[i]));
        return new(_connection, statement);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    internal static SqliteException Fault(int error, sqlite3 connection) =>
        new($"SQLite error {error}: {raw.sqlite3_errmsg(connection).utf8_to_string()}", error, raw.sqlite3_extended_errcode(connection));

    private sqlite3_stmt Prepared(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement)) return statement;
        Check(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        return _statements[sql] = statement;
    }

    private static int Bind(sqlite3_stmt statement, int index, SqliteValue value) => value.Reference switch
    {
        null => raw.sqlite3_bind_int64(statement, index, value.Number),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        var text => BindText(statement, index, (string)text),
    };

    private static int BindText(sqlite3_stmt statement, int index, string text)
    {
        Span<byte> utf8 = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var length)
            ? raw.sqlite3_bind_text(statement, index, utf8[..length])
            : raw.sqlite3_bind_text(statement, index, text);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Fault(result, _connection);
    }
}
