namespace MarketingAutomation.Storage;

/// <summary>What one transaction of the file's only writer may do.</summary>
internal sealed class SqliteTransaction(SqliteSession session)
{
    private long? _number;

    public int Run(string sql, params ReadOnlySpan<SqliteValue> values) => session.Run(sql, values);

    public SqliteRows Query(string sql, params ReadOnlySpan<SqliteValue> values) => session.Query(sql, values);

    /// <summary>A number that grows and is never given twice in the life of the file, whichever process asks.</summary>
    public long NextNumber()
    {
        _number = (_number ?? LastNumber()) + 1;
        return _number.Value;
    }

    /// <summary>Waits for other processes' transactions to end; from here on only we write.</summary>
    public void Begin()
    {
        _number = null;
        RollBack();
        session.Run("BEGIN IMMEDIATE");
    }

    public void Commit()
    {
        if (_number is { } number) session.Run("UPDATE last_number SET number = ?", number);
        session.Run("COMMIT");
    }

    /// <summary>Undoes everything since <see cref="Begin"/>; does nothing where that is done already, by SQLite itself after some errors.</summary>
    public void RollBack()
    {
        if (session.IsInTransaction) session.Run("ROLLBACK");
    }

    private long LastNumber()
    {
        using var rows = session.Query("SELECT number FROM last_number");
        rows.Read();
        return rows.Number(0);
    }
}
