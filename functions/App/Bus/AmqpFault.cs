using System.Net.Sockets;
using System.Security.Authentication;
using Amqp;

namespace MarketingAutomation.Bus;

/// <summary>What to do about a fault.</summary>
internal enum AmqpRemedy
{
    /// <summary>Try again; a new link or connection is made where the old one is gone.</summary>
    Again,

    /// <summary>Try again after a long pause.</summary>
    SlowDown,

    /// <summary>Try once more with a fresh token.</summary>
    FreshToken,

    /// <summary>Report that the queue is full.</summary>
    Full,

    /// <summary>Report that this message will never be taken.</summary>
    Message,

    /// <summary>Report that this queue cannot be used.</summary>
    Entity,

    /// <summary>The lock is not ours any more; the message comes back by itself.</summary>
    LockLost,
}

/// <summary>From what AMQP says to what is to be done.</summary>
/// <remarks>Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-troubleshoot and the official SDKs' tables.</remarks>
internal static class AmqpFault
{
    /// <summary>Null where the fault is none of the bus's.</summary>
    public static AmqpRemedy? RemedyFor(Exception fault) => fault switch
    {
        AmqpException amqp => RemedyFor(Condition(amqp)),
        AuthenticationException => AmqpRemedy.Entity, // TLS: the server is not who it should be
        TimeoutException or SocketException or IOException or ObjectDisposedException or OperationCanceledException => AmqpRemedy.Again,
        _ => null,
    };

    public static AmqpRemedy RemedyFor(string condition) => condition switch
    {
        "com.microsoft:server-busy" => AmqpRemedy.SlowDown,
        "amqp:unauthorized-access" or "com.microsoft:auth-failed" => AmqpRemedy.FreshToken,
        "amqp:resource-limit-exceeded" => AmqpRemedy.Full,
        "amqp:link:message-size-exceeded" or "com.microsoft:argument-error" or "com.microsoft:argument-out-of-range" or "amqp:not-allowed"
            or "amqp:invalid-field" or "amqp:decode-error" or "amqp:not-implemented" or Refused => AmqpRemedy.Message,
        "amqp:not-found" or "com.microsoft:entity-disabled" => AmqpRemedy.Entity,
        "com.microsoft:message-lock-lost" or "com.microsoft:session-lock-lost" or "com.microsoft:message-not-found" => AmqpRemedy.LockLost,
        _ => AmqpRemedy.Again,
    };

    /// <summary>A broker's "rejected" without a reason.</summary>
    public const string Refused = "rejected";

    public static string Condition(Exception fault) => fault is AmqpException { Error.Condition: { } condition } ? condition.ToString() : fault.GetType().Name;

    /// <summary>The fault as the bus's callers know it. Descriptions of the peer are left out: nobody knows what they quote.</summary>
    public static Exception Report(string queue, AmqpRemedy remedy, string condition) => remedy switch
    {
        AmqpRemedy.LockLost => new BusLockException(queue),
        AmqpRemedy.Full => new BusFullException(queue, condition),
        AmqpRemedy.Message => new BusMessageException(queue, condition),
        AmqpRemedy.FreshToken => new BusEntityException(queue, condition, "check the key or the identity, and that it may send and listen there"),
        AmqpRemedy.Entity => new BusEntityException(queue, condition, condition switch
        {
            "amqp:not-found" => "make the queue, or correct its name or the namespace",
            "com.microsoft:entity-disabled" => "enable the queue",
            _ => "check the host name and its certificate",
        }),
        _ => new BusUnavailableException(queue, condition),
    };
}
