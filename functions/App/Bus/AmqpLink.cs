using Amqp;
using Amqp.Framing;

namespace MarketingAutomation.Bus;

/// <summary>A link that the peer has agreed to, while it lasts.</summary>
internal sealed class AmqpLink<T>
    where T : Link
{
    private readonly CancellationTokenSource _gone;

    private AmqpLink(AmqpConnection connection, T link, ulong mostBytes)
    {
        (Connection, Link, MostBytes) = (connection, link, mostBytes is 0 or > int.MaxValue ? int.MaxValue : (int)mostBytes);
        _gone = CancellationTokenSource.CreateLinkedTokenSource(connection.Gone);
        Gone = _gone.Token;
        link.AddClosedCallback((_, _) =>
        {
            link.Session.Close(TimeSpan.Zero);
            _ = _gone.CancelAsync();
        });
    }

    public AmqpConnection Connection { get; }

    public T Link { get; }

    /// <summary>The largest message the peer takes.</summary>
    public int MostBytes { get; }

    /// <summary>Cancelled when the link or its connection is lost.</summary>
    public CancellationToken Gone { get; }

    public bool IsOpen => !Gone.IsCancellationRequested && !Link.IsClosed && !Link.Session.IsClosed && Connection.IsOpen;

    /// <param name="make">Makes the link in a session of its own.</param>
    public static async Task<AmqpLink<T>> AttachAsync(AmqpConnection connection, Func<Session, OnAttached, T> make, CancellationToken ct)
    {
        var session = connection.NewSession();
        var answer = new TaskCompletionSource<Attach>(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = make(session, (_, attach) =>
        {
            // An answer without the far end means that a detach with the reason follows.
            if ((attach.Role ? attach.Target : attach.Source) is not null) answer.TrySetResult(attach);
        });
        link.AddClosedCallback((_, error) => answer.TrySetException(new AmqpException(error ?? new Error(ErrorCode.DetachForced))));
        try
        {
            var attach = await answer.Task.WaitAsync(connection.Options.AnswerWithin, ct);
            return new(connection, link, attach.MaxMessageSize);
        }
        catch
        {
            session.Close(TimeSpan.Zero);
            throw;
        }
    }

    /// <summary>Lets who waits for an answer over this link know that none will come.</summary>
    public CancellationTokenRegistration FailWhenGone<TAnswer>(TaskCompletionSource<TAnswer> answer) =>
        Gone.UnsafeRegister(state => ((TaskCompletionSource<TAnswer>)state!).TrySetException(new AmqpException(Link.Error ?? new Error(ErrorCode.DetachForced))), answer);

    /// <summary>Returns when the peer sends nothing any more.</summary>
    public async Task CloseAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Link.AddClosedCallback((_, _) => closed.TrySetResult());
        try
        {
            Link.Close(TimeSpan.Zero);
            await closed.Task.WaitAsync(Connection.Options.AnswerWithin, Connection.Gone);
        }
        catch (Exception fault) when (AmqpFault.RemedyFor(fault) is not null) { } // broken is closed
    }
}
