using Microsoft.Data.Sqlite;

namespace MarketingAutomation.Storage;

/// <summary>
/// The only writer of this process: one thread that puts everything waiting into one transaction, so that
/// many callers share the price of one flush to disk.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Where a transaction ends although more is waiting: it keeps memory and the others' waiting bounded.</summary>
    private const long MostBytes = 8 << 20;

    private readonly SqliteSession _session;
    private readonly SqliteTransaction _transaction;
    private readonly Queue<SqliteWork> _waiting = [];
    private readonly Thread _thread;
    private bool _closed;
    private long _commits;

    /// <param name="session">Its own from here on.</param>
    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _transaction = new(session);
        _thread = new(Run) { Name = "SQLite writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    public void Add(SqliteWork work)
    {
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.Enqueue(work);
            Monitor.Pulse(_waiting);
        }
    }

    /// <summary>Takes nothing more and returns when everything taken is answered.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _closed = true;
            Monitor.Pulse(_waiting);
        }
        _thread.Join();
        _session.Dispose();
    }

    private void Run()
    {
        while (TakeWaiting() is [_, ..] works) Commit(works);
    }

    /// <summary>Waits until there is something; empty once the writer is closed and nothing is left.</summary>
    private List<SqliteWork> TakeWaiting()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_closed) Monitor.Wait(_waiting);
            var works = new List<SqliteWork>(_waiting.Count);
            for (var room = MostBytes; room > 0 && _waiting.TryDequeue(out var work); room -= work.Size) works.Add(work);
            return works;
        }
    }

    private void Commit(List<SqliteWork> works)
    {
        try
        {
            _transaction.Begin();
            foreach (var work in works) work.Run(_transaction);
            _transaction.Commit();
        }
        catch (Exception fault) // whatever it was, it is the callers' to judge, and the next transaction starts afresh
        {
            var faults = RollBack(fault);
            foreach (var work in works) work.Fail(faults);
            return;
        }
        Interlocked.Increment(ref _commits);
        foreach (var work in works) work.Succeed();
    }

    /// <returns>What the callers are told.</returns>
    private Exception RollBack(Exception fault)
    {
        try
        {
            _transaction.RollBack();
            return fault;
        }
        catch (SqliteException worse) // the next transaction tries again before it begins
        {
            return new AggregateException(fault, worse);
        }
    }
}
