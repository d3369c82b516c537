using Amqp;

namespace MarketingAutomation.Bus;

/// <summary>Settles by the link that a message came by, or by its lock alone where that link is lost.</summary>
internal static class AmqpSettling
{
    /// <exception cref="AmqpException">Not done; the condition says why.</exception>
    public static async Task SettleAsync(AmqpHeld? held, Guid token, AmqpManagement management, AmqpVerdict verdict, AmqpOptions options, CancellationToken ct)
    {
        if (held is { Link.IsOpen: true })
        {
            var answer = await held.Link.Connection.Settlement.SettleAsync(held.Link, held.Message, verdict.Outcome, options.AnswerWithin, ct);
            if (AmqpVerdict.Refusal(answer) is { } refusal) throw new AmqpException(refusal);
        }
        else if (options.Plain) throw new AmqpException("com.microsoft:message-lock-lost", null); // the broker gave it back when the link broke
        else await management.SettleAsync(token, verdict, ct);
    }

    /// <summary>Settles on the way out, where a failure has no one to tell: the message comes back when its lock ends.</summary>
    public static async Task TryAsync(AmqpHeld held, AmqpVerdict verdict, TimeSpan within)
    {
        if (!held.Link.IsOpen) return;
        try
        {
            await held.Link.Connection.Settlement.SettleAsync(held.Link, held.Message, verdict.Outcome, within, CancellationToken.None);
        }
        catch (Exception fault) when (AmqpFault.RemedyFor(fault) is not null) { }
    }
}
