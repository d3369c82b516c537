using Amqp.Framing;
using Amqp.Types;

namespace MarketingAutomation.Bus;

/// <summary>What becomes of a message under lock: as an outcome on the link it came by, or in <c>$management</c>'s words.</summary>
/// <param name="Disposition"><c>completed</c>, <c>abandoned</c> or <c>suspended</c>, which puts aside.</param>
/// <param name="Aside">Written into a message put aside.</param>
internal sealed record AmqpVerdict(Outcome Outcome, string Disposition, (string Reason, DateTime AtUtc)? Aside = null)
{
    private const string PutAside = "com.microsoft:dead-letter";

    public static readonly AmqpVerdict Complete = new(new Accepted(), "completed");

    public static AmqpVerdict GiveBack(bool plain) => new(plain ? new Released() : new Modified(), "abandoned");

    public static AmqpVerdict DeadLetter(string reason, DateTimeOffset now)
    {
        var info = new Fields { [(Symbol)AmqpMessages.Reason] = reason, [(Symbol)AmqpMessages.PutAsideAt] = now.UtcDateTime };
        return new(new Rejected { Error = new Error(PutAside) { Info = info } }, "suspended", (reason, now.UtcDateTime));
    }

    /// <summary>Why the peer did not do it; null where it did.</summary>
    public static Error? Refusal(DeliveryState? answer) => answer is Rejected { Error: { } error } && error.Condition != PutAside ? error : null;
}
