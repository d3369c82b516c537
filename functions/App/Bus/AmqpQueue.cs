namespace MarketingAutomation.Bus;

/// <summary>The ways to one address, and trying again on each.</summary>
internal sealed class AmqpQueue : IDisposable
{
    public AmqpQueue(Reopening<AmqpConnection> connections, string address, AmqpOptions options, TimeProvider clock)
    {
        Retry = new(address, options, clock, () => connections.Current?.Claims.Forget());
        Sender = new(connections, address, options, Retry);
        Receiver = new(connections, address, options, clock);
        Management = new(connections, address);
    }

    public AmqpRetry Retry { get; }

    public AmqpSender Sender { get; }

    public AmqpReceiver Receiver { get; }

    public AmqpManagement Management { get; }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
        Management.Dispose();
    }
}
