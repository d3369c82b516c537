namespace MarketingAutomation.Storage;

/// <summary>The tables of the file. Times are UTC ticks.</summary>
internal static class SqliteSchema
{
    /// <summary>Of the tables below, kept in the file's head.</summary>
    private const long Version = 1;

    // bus_waiting and bus_locked hold small rows in the order they are asked for, so that taking messages never passes over others;
    // a body, which may be large, is written once and stays where it is.
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS last_number (number INTEGER NOT NULL);
        INSERT INTO last_number SELECT 0 WHERE NOT EXISTS (SELECT * FROM last_number);

        CREATE TABLE IF NOT EXISTS bus_bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS bus_waiting (queue TEXT, due INTEGER, seq INTEGER, delivery_count INTEGER NOT NULL,
            PRIMARY KEY (queue, due, seq)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS bus_locked (queue TEXT, until INTEGER, seq INTEGER, lock INTEGER NOT NULL, owner TEXT NOT NULL,
            due INTEGER NOT NULL, delivery_count INTEGER NOT NULL, PRIMARY KEY (queue, until, seq)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS bus_dead (queue TEXT, seq INTEGER, at INTEGER NOT NULL, reason TEXT NOT NULL,
            delivery_count INTEGER NOT NULL, PRIMARY KEY (queue, seq)) WITHOUT ROWID;
        """;

    /// <summary>Makes the tables of a new file.</summary>
    /// <exception cref="InvalidDataException">The file was made by another version.</exception>
    public static void Ensure(SqliteSession session)
    {
        switch (VersionOf(session))
        {
            case Version:
                return;
            case 0:
                session.Execute($"BEGIN IMMEDIATE; {Tables} PRAGMA user_version = {Version}; COMMIT");
                return;
            case var other:
                throw new InvalidDataException($"The file has tables of version {other}; this program knows version {Version}.");
        }
    }

    private static long VersionOf(SqliteSession session)
    {
        using var rows = session.Query("PRAGMA user_version");
        rows.Read();
        return rows.Number(0);
    }
}
