using System.Threading.Channels;
using Amqp;
using Amqp.Framing;

namespace MarketingAutomation.Bus;

/// <summary>
/// Receives from one address under lock. Credit is given for what is asked for and no more; credit that nothing came for cannot be
/// taken back, so a message may come later, when nobody asks, and waits here under its lock for the next who does.
/// </summary>
internal sealed class AmqpReceiver : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Channel<AmqpHeld> _arrived = Channel.CreateUnbounded<AmqpHeld>();
    private readonly Lock _gate = new();
    private readonly string _address;
    private readonly AmqpOptions _options;
    private readonly TimeProvider _clock;
    private readonly Reopening<AmqpLink<ReceiverLink>> _links;
    private int _credit; // given on the link and not used yet

    public AmqpReceiver(Reopening<AmqpConnection> connections, string address, AmqpOptions options, TimeProvider clock)
    {
        (_address, _options, _clock) = (address, options, clock);
        _links = new(async ct => await OpenAsync(await connections.GetAsync(ct), ct), link => link.IsOpen);
    }

    /// <summary>Up to <paramref name="most"/> messages; none where the queue gives nothing for a moment.</summary>
    public async Task<List<AmqpHeld>> TakeAsync(int most, CancellationToken ct)
    {
        Give(await _links.GetAsync(ct), most);
        var taken = new List<AmqpHeld>();
        while (taken.Count < most && await NextAsync(taken.Count == 0 ? _options.EmptyAfter : _options.Gap, ct) is { } next)
        {
            if (IsOver(next)) AmqpSettlement.Forget(next.Link, next.Message); // somebody else has it by now
            else taken.Add(next);
        }
        // Cancelled with messages in hand: they are the caller's, or they would wait for their locks to end.
        if (taken.Count == 0) ct.ThrowIfCancellationRequested();
        return taken;
    }

    /// <summary>Returns when there is something to take, and when the link is lost.</summary>
    public async Task ArrivedAsync(CancellationToken ct)
    {
        var link = await _links.GetAsync(ct);
        Give(link, 1);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, link.Gone);
        try
        {
            await _arrived.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { } // the link is lost; the next use makes a new one
    }

    /// <summary>Closes the link.</summary>
    /// <returns>What has come and was taken by nobody.</returns>
    public async Task<List<AmqpHeld>> CloseAsync()
    {
        if (_links.Current is { IsOpen: true } link) await link.CloseAsync();
        var left = new List<AmqpHeld>();
        while (_arrived.Reader.TryRead(out var held)) left.Add(held);
        return left;
    }

    public void Dispose() => _links.Dispose();

    private async Task<AmqpLink<ReceiverLink>> OpenAsync(AmqpConnection connection, CancellationToken ct)
    {
        await connection.Claims.HaveAsync(_address, ct);
        var attach = new Attach { Source = new Source { Address = _address }, Target = new Target(), SndSettleMode = SenderSettleMode.Unsettled, RcvSettleMode = _options.Plain ? ReceiverSettleMode.First : ReceiverSettleMode.Second };
        var link = await AmqpLink<ReceiverLink>.AttachAsync(connection, (session, attached) => new(session, $"{_address}-{Guid.NewGuid():n}", attach, attached), ct);
        lock (_gate) _credit = 0;
        link.Link.Start(0, (_, message) =>
        {
            lock (_gate)
            {
                if (_links.Current == link) _credit--;
            }
            _arrived.Writer.TryWrite(new(_address, link, message, _clock.GetUtcNow()));
        });
        return link;
    }

    private void Give(AmqpLink<ReceiverLink> link, int most)
    {
        lock (_gate)
        {
            if (_links.Current != link || most - _arrived.Reader.Count - _credit is not (> 0 and var more)) return;
            _credit += more;
            link.Link.SetCredit(more, CreditMode.Manual);
        }
    }

    /// <summary>Waited here past its lock. What has just come is never over, whatever the two clocks say.</summary>
    private bool IsOver(AmqpHeld held)
    {
        var now = _clock.GetUtcNow();
        return held.LockedUntil <= now && now - held.Arrived > Fresh;
    }

    private async Task<AmqpHeld?> NextAsync(TimeSpan within, CancellationToken ct)
    {
        if (_arrived.Reader.TryRead(out var ready)) return ready;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(within); // real time: how long the network may take is not the bus's clock
        try
        {
            return await _arrived.Reader.ReadAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
