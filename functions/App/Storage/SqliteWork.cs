namespace MarketingAutomation.Storage;

/// <summary>One caller's share of a transaction, and its answer to that caller.</summary>
/// <param name="size">Bytes it writes, roughly.</param>
internal abstract class SqliteWork(long size)
{
    public long Size { get; } = size;

    /// <summary>Does the share. A conflict is this caller's alone: it comes before the share's first write, and the transaction goes on.</summary>
    public abstract void Run(SqliteTransaction transaction);

    /// <summary>The transaction is durable.</summary>
    public abstract void Succeed();

    /// <summary>Nothing of the transaction was kept.</summary>
    public abstract void Fail(Exception fault);
}

/// <inheritdoc cref="SqliteWork"/>
internal sealed class SqliteWork<T>(Func<SqliteTransaction, T> work, long size, CancellationToken ct) : SqliteWork(size)
{
    // Callers go on elsewhere: the writer's thread is nobody else's.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? _succeed;

    public Task<T> Answer => _answer.Task;

    public override void Run(SqliteTransaction transaction)
    {
        if (ct.IsCancellationRequested)
        {
            _succeed = () => _answer.SetCanceled(ct);
            return;
        }
        try
        {
            var result = work(transaction);
            _succeed = () => _answer.SetResult(result);
        }
        catch (CommitConflictException conflict)
        {
            _succeed = () => _answer.SetException(conflict); // not before the winner, in the same transaction perhaps, can be read
        }
    }

    public override void Succeed() => _succeed!();

    public override void Fail(Exception fault) => _answer.SetException(fault);
}
