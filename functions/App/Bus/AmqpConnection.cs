using Amqp;
using Amqp.Handler;
using Amqp.Sasl;

namespace MarketingAutomation.Bus;

/// <summary>One connection while it lasts, with the claims put on it.</summary>
internal sealed class AmqpConnection : IDisposable
{
    private const int MostFrameBytes = 65536;

    private readonly CancellationTokenSource _gone = new();
    private readonly Connection _connection;
    private readonly Timer _watch;

    private AmqpConnection(Connection connection, AmqpSettlement settlement, AmqpEndpoint endpoint, AmqpOptions options, TimeProvider clock)
    {
        (_connection, Settlement, Options, Gone) = (connection, settlement, options, _gone.Token);
        // A frozen peer closes the connection after the idle timeout, but its links stay open 20 seconds longer: we look ourselves.
        var often = options.IdleTimeout / 8;
        _watch = new(_ => Lose(unless: !_connection.IsClosed), null, often, often);
        _connection.AddClosedCallback((_, _) => Lose(unless: false));
        Claims = new(this, endpoint, options, clock);
    }

    public AmqpOptions Options { get; }

    public AmqpClaims Claims { get; }

    public AmqpSettlement Settlement { get; }

    /// <summary>Cancelled when the connection is lost.</summary>
    public CancellationToken Gone { get; }

    public bool IsOpen => !Gone.IsCancellationRequested && !_connection.IsClosed;

    public static async Task<AmqpConnection> OpenAsync(AmqpEndpoint endpoint, AmqpOptions options, TimeProvider clock, CancellationToken ct)
    {
        var factory = new ConnectionFactory();
        factory.AMQP.HostName = endpoint.Host;
        factory.AMQP.MaxFrameSize = MostFrameBytes;
        factory.AMQP.IdleTimeout = (int)options.IdleTimeout.TotalMilliseconds;
        factory.AMQP.ContainerId = Guid.NewGuid().ToString("n");
        factory.TCP.NoDelay = true;
        factory.SASL.Profile = SaslProfile.Anonymous;
        var login = endpoint.Credential as AmqpCredential.Password;
        var address = new Address(endpoint.Host, endpoint.Port, login?.User, login?.Secret, "/", endpoint.Secure ? "amqps" : "amqp");
        var settlement = new AmqpSettlement();
        var opening = factory.CreateAsync(address, settlement);
        try
        {
            return new(await opening.WaitAsync(options.AnswerWithin, ct), settlement, endpoint, options, clock); // its own token is not honoured everywhere
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            _ = opening.ContinueWith(late => late.Result.Close(TimeSpan.Zero), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>A session of its own for each link: what breaks one breaks no other.</summary>
    public Session NewSession() => new(_connection);

    public void Dispose()
    {
        _watch.Dispose();
        Claims.Dispose();
        _connection.Close(TimeSpan.Zero);
        Lose(unless: false);
    }

    private void Lose(bool unless)
    {
        if (!unless) _ = _gone.CancelAsync(); // not on the thread that pumps the connection: who waits for this may do anything
    }
}
