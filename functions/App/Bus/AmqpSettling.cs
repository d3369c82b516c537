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
        else await management.SettleAsync([token], verdict, ct);
    }

    /// <summary>Gives back on the way out, after the link was closed, or its credit would bring the messages here again. A failure has no one to tell: locks end.</summary>
    public static async Task GiveBackAsync(IReadOnlyCollection<AmqpHeld> messages, AmqpManagement management, AmqpOptions options)
    {
        if (messages.Count == 0 || options.Plain) return;
        try
        {
            await management.SettleAsync([.. messages.Select(held => held.Token)], AmqpVerdict.GiveBack(plain: false), CancellationToken.None);
        }
        catch (Exception fault) when (AmqpFault.RemedyFor(fault) is not null) { }
    }
}
