using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace MarketingAutomation.Storage;

/// <summary>The SQLite file that holds everything: many readers beside one writer. Several processes may have it open at once.</summary>
internal sealed class SqliteFile : IDisposable
{
    /// <summary>8 KiB: a customer's rows of one decision mostly fit into one page, and a page is what a commit pays for.</summary>
    private const int PageBytes = 8192;

    /// <summary>The log may grow to this, about 32 MiB, before the writer copies it into the file.</summary>
    private const int PagesPerCheckpoint = 4000;

    private const int MostTriesToOpen = 500;

    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(20);

    private const int WriterCacheKiB = 32 << 10;

    private readonly string _path;
    private readonly SqliteWriter _writer;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private volatile bool _closed;

    /// <param name="path">Created where it does not exist.</param>
    /// <param name="durable">Whether what is committed survives a power cut; if not, only the end of the process: for scratch files.</param>
    /// <exception cref="SqliteException">The file cannot be opened, or is none of SQLite's.</exception>
    /// <exception cref="InvalidDataException">The file is of another version, or lies where SQLite cannot keep a log beside it.</exception>
    public SqliteFile(string path, bool durable = true)
    {
        _path = path;
        var session = new SqliteSession(path);
        try
        {
            Prepare(session, durable);
        }
        catch
        {
            session.Dispose();
            throw;
        }
        _writer = new(session);
    }

    /// <summary>Transactions committed since the file was opened; each cost one flush to disk, however many callers shared it.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Runs <paramref name="work"/> on the writer's thread, in one transaction with whatever else is waiting; durable when this returns.</summary>
    /// <param name="work">Either throws a <see cref="CommitConflictException"/> before its first write, which is then its alone, or takes
    /// everybody who shares the transaction down with it.</param>
    /// <param name="size">Bytes it writes, roughly.</param>
    /// <param name="ct">Is looked at until the work begins; from there on the outcome is awaited.</param>
    /// <exception cref="SqliteException">The disk is full or broken, or another process kept the file locked; nothing of the transaction is seen.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteTransaction, T> work, long size, CancellationToken ct)
    {
        var share = new SqliteWork<T>(work, size, ct);
        _writer.Add(share);
        return share.Answer;
    }

    /// <summary>Runs <paramref name="work"/> at once on the caller's thread; it sees every commit that has returned.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public T Read<T>(Func<SqliteSession, T> work)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var session = _readers.TryTake(out var idle) ? idle : new SqliteSession(_path);
        try
        {
            return work(session);
        }
        finally
        {
            _readers.Add(session);
            if (_closed) CloseReaders();
        }
    }

    /// <summary>Returns when everything handed to <see cref="WriteAsync"/> is committed.</summary>
    public void Dispose()
    {
        _closed = true;
        _writer.Dispose();
        CloseReaders();
    }

    private static void Prepare(SqliteSession session, bool durable)
    {
        session.Execute($"PRAGMA page_size = {PageBytes}"); // heeded by an empty file only
        KeepLog(session);
        session.Execute($"PRAGMA synchronous = {(durable ? "FULL" : "OFF")}; PRAGMA wal_autocheckpoint = {PagesPerCheckpoint}; PRAGMA cache_size = -{WriterCacheKiB}");
        SqliteSchema.Ensure(session);
    }

    // Takes the file for itself for a moment. Others who open it at the same instant may do so too, and SQLite does not wait for them here.
    private static void KeepLog(SqliteSession session)
    {
        for (var tries = 1; ; tries++)
            try
            {
                using var mode = session.Query("PRAGMA journal_mode = WAL");
                if (!mode.Read() || mode.Text(0) != "wal") throw new InvalidDataException("SQLite cannot keep a write-ahead log here; choose a local disk.");
                return;
            }
            catch (SqliteException busy) when (busy.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY && tries < MostTriesToOpen)
            {
                Thread.Sleep(PauseBetweenTries);
            }
    }

    private void CloseReaders()
    {
        while (_readers.TryTake(out var reader)) reader.Dispose();
    }
}
