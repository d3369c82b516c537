using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;

namespace MarketingAutomation.Bus;

/// <summary>The tokens put on one connection, and their renewal before they expire: the service drops a link whose token has.</summary>
internal sealed class AmqpClaims : IDisposable
{
    // A provider may answer with the token we know until shortly before its end.
    private static readonly TimeSpan ShortestRenewal = TimeSpan.FromMinutes(1), AfterFailure = TimeSpan.FromSeconds(10), LongestMargin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Task<DateTimeOffset>> _put = new(StringComparer.Ordinal);
    private readonly AmqpEndpoint _endpoint;
    private readonly AmqpOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _gone;
    private readonly Reopening<AmqpRequests> _requests;

    public AmqpClaims(AmqpConnection connection, AmqpEndpoint endpoint, AmqpOptions options, TimeProvider clock)
    {
        (_endpoint, _options, _clock, _gone) = (endpoint, options, clock, connection.Gone);
        _requests = new(ct => AmqpRequests.OpenAsync(connection, "$cbs", ct), requests => requests.IsOpen);
    }

    /// <summary>Returns when the connection may use the entity at <paramref name="address"/>, and keeps it so.</summary>
    public async Task HaveAsync(string address, CancellationToken ct)
    {
        if (_options.Plain) return;
        var putting = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        var put = _put.GetOrAdd(address, putting.Task);
        if (put == putting.Task) _ = PutFirstAsync(address, putting);
        await put.WaitAsync(ct);
    }

    /// <summary>Makes the next use of every entity put its token anew.</summary>
    public void Forget() => _put.Clear();

    public void Dispose() => _requests.Dispose();

    private async Task PutFirstAsync(string address, TaskCompletionSource<DateTimeOffset> putting)
    {
        try
        {
            putting.SetResult(await PutAsync(address));
        }
        catch (Exception fault)
        {
            _put.TryRemove(new(address, putting.Task));
            putting.SetException(fault);
            _ = putting.Task.Exception; // seen, also where nobody waits any more
            return;
        }
        await RenewAsync(address, putting.Task);
    }

    /// <summary>Until the connection is lost or the token is put by somebody else.</summary>
    private async Task RenewAsync(string address, Task<DateTimeOffset> mine)
    {
        var (from, expires) = (_clock.GetUtcNow(), await mine);
        while (true)
        {
            var margin = (expires - from) / 5;
            var pause = expires - (margin < LongestMargin ? margin : LongestMargin) - _clock.GetUtcNow();
            if (!await PauseAsync(pause > ShortestRenewal ? pause : ShortestRenewal)) return;
            while (true)
            {
                if (!_put.TryGetValue(address, out var current) || current != mine) return;
                try
                {
                    (from, expires) = (_clock.GetUtcNow(), await PutAsync(address));
                    break;
                }
                catch (Exception)
                {
                    if (!await PauseAsync(AfterFailure)) return; // once it has expired the service drops the links, and their next use reports why
                }
            }
        }
    }

    private async Task<DateTimeOffset> PutAsync(string address)
    {
        var audience = _endpoint.Audience(address);
        if (await _endpoint.Credential.TokenAsync(audience, _clock.GetUtcNow(), _options.TokenLife, _gone) is not { } token) return DateTimeOffset.MaxValue;
        var question = new Message(token.Value) { ApplicationProperties = new ApplicationProperties() };
        question.ApplicationProperties["operation"] = "put-token";
        question.ApplicationProperties["type"] = token.Type;
        question.ApplicationProperties["name"] = audience;
        question.ApplicationProperties["expiration"] = token.Expires.UtcDateTime;
        await (await _requests.GetAsync(_gone)).AskAsync(question, _gone);
        return token.Expires;
    }

    /// <summary>False where the connection was lost meanwhile.</summary>
    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        await Task.Delay(pause, _clock, _gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_gone.IsCancellationRequested;
    }
}
