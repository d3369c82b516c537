namespace MarketingAutomation.Deliveries;

/// <summary>How messages were received: what became of those that were sent in some span of time.</summary>
/// <param name="Journey">Journey's id.</param>
/// <param name="Topic">Topic's id.</param>
/// <param name="Domain">Of the recipients, where many share it (<see cref="MailDomains"/>); null for all others together.</param>
/// <param name="Sent">Messages handed over, those included that were refused because the address is no good.</param>
public sealed record Reception(string Journey, string Topic, string? Domain, long Sent = 0, long HardBounces = 0, long Complaints = 0, long Unsubscribes = 0)
{
    /// <summary>The counts of all; the names are the first one's.</summary>
    /// <param name="lines">At least one.</param>
    public static Reception Sum(IEnumerable<Reception> lines) => lines.Aggregate((a, b) => a with
    {
        Sent = a.Sent + b.Sent,
        HardBounces = a.HardBounces + b.HardBounces,
        Complaints = a.Complaints + b.Complaints,
        Unsubscribes = a.Unsubscribes + b.Unsubscribes,
    });

    /// <summary>With one more of a kind.</summary>
    public Reception Plus(Reaction reaction) => reaction switch
    {
        Reaction.Sent => this with { Sent = Sent + 1 },
        Reaction.HardBounce => this with { HardBounces = HardBounces + 1 },
        Reaction.Complaint => this with { Complaints = Complaints + 1 },
        _ => this with { Unsubscribes = Unsubscribes + 1 },
    };

    internal static Effect.Count Count(Delivery delivery, Reaction reaction) =>
        new(delivery.Journey, delivery.Id, reaction, delivery.ClaimedAt ?? delivery.RequestedAt, delivery.Topic, delivery.Domain);
}

/// <summary>What is counted of a message.</summary>
public enum Reaction { Sent, HardBounce, Complaint, Unsubscribe }
