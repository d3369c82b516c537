using Amqp;
using Amqp.Framing;

namespace MarketingAutomation.Bus;

/// <summary>Sends to one address and waits until the peer has taken it.</summary>
internal sealed class AmqpSender : IDisposable
{
    // Enough to hide the way there and back; each is at most one batch.
    private const int MostUnderWay = 32;

    private readonly Reopening<AmqpLink<SenderLink>> _links;
    private readonly AmqpOptions _options;
    private readonly AmqpRetry _retry;

    public AmqpSender(Reopening<AmqpConnection> connections, string address, AmqpOptions options, AmqpRetry retry)
    {
        (_options, _retry) = (options, retry);
        _links = new(async ct =>
        {
            var connection = await connections.GetAsync(ct);
            await connection.Claims.HaveAsync(address, ct);
            return await AmqpLink<SenderLink>.AttachAsync(connection, (session, attached) =>
                new(session, $"{address}-{Guid.NewGuid():n}", new Attach { Source = new Source(), Target = new Target { Address = address } }, attached), ct);
        }, link => link.IsOpen);
    }

    /// <summary>All are safe at the peer when this returns. Where it throws, some may be.</summary>
    public async Task SendAsync(IReadOnlyList<AmqpOutgoing> messages, CancellationToken ct)
    {
        if (messages is [var one])
        {
            await SendAsync(one.ToMessage, ct);
            return;
        }
        var batches = await _retry.RunAsync(async ct => AmqpBatch.Cut(messages, (await _links.GetAsync(ct)).MostBytes, _options.Plain ? 1 : int.MaxValue), ct);
        await SendAllAsync(batches, ct);
    }

    /// <param name="make">Makes the message anew for every try.</param>
    public Task SendAsync(Func<Message> make, CancellationToken ct) => _retry.RunAsync(ct => TryAsync(make, ct), ct);

    public void Dispose() => _links.Dispose();

    private async Task SendAllAsync(List<AmqpBatch> batches, CancellationToken ct)
    {
        using var underWay = new SemaphoreSlim(MostUnderWay);
        var all = new List<Task>();
        foreach (var batch in batches)
        {
            await underWay.WaitAsync(ct);
            if (all.FirstOrDefault(task => task.IsFaulted) is not null) break;
            all.Add(OneAsync(batch)); // begins in order
        }
        await Task.WhenAll(all);

        async Task OneAsync(AmqpBatch batch)
        {
            try
            {
                await SendAsync(batch.ToMessage, ct);
            }
            finally
            {
                underWay.Release();
            }
        }
    }

    private async Task TryAsync(Func<Message> make, CancellationToken ct)
    {
        var link = await _links.GetAsync(ct);
        var message = make();
        if (message.GetEstimatedMessageSize() > link.MostBytes) throw new AmqpException(ErrorCode.MessageSizeExceeded, null); // AMQPNetLite would send it
        var answer = new TaskCompletionSource<Outcome?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var lost = link.FailWhenGone(answer);
        link.Link.Send(message, null, static (_, _, outcome, state) => ((TaskCompletionSource<Outcome?>)state).TrySetResult(outcome), answer);
        try
        {
            Check(await answer.Task.WaitAsync(_options.AnswerWithin, ct));
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            link.Link.Cancel(message);
            throw;
        }
    }

    private static void Check(Outcome? outcome)
    {
        if (outcome is Accepted) return;
        throw outcome is Rejected rejected ? new AmqpException(rejected.Error ?? new Error(AmqpFault.Refused)) : new AmqpException(ErrorCode.MessageReleased, null);
    }
}
