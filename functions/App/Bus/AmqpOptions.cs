namespace MarketingAutomation.Bus;

/// <summary>How long things may take on an AMQP bus, and which dialect it speaks. The defaults are for Azure Service Bus.</summary>
internal sealed record AmqpOptions
{
    public static readonly AmqpOptions Default = new();

    /// <summary>A peer that is silent for so long is taken for dead. Heartbeats keep a living one from being silent.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for one answer of the peer.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a passing fault is met by trying again before it is reported.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Before the second try; doubles from try to try.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The least pause when the service says that it is busy.</summary>
    public TimeSpan BusyPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A queue that gives nothing for so long counts as empty. AMQP has no "nothing there" without draining, which AMQPNetLite does not survive.</summary>
    public TimeSpan EmptyAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A batch under way ends when no further message comes within this.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a token made from a shared key is good; renewed when a fifth of it is left.</summary>
    public TimeSpan TokenLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A broker that speaks AMQP 1.0 and nothing of Service Bus's dialect: user and password instead of claims, no batch format, no <c>$management</c>, so no delays.</summary>
    public bool Plain { get; init; }
}
