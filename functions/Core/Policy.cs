using System.ComponentModel;

namespace MarketingAutomation;

/// <summary>What holds for the whole deployment, as written in <c>config/policy.json</c>.</summary>
public sealed record Policy(
    [property: Description("What customers may refuse, by id.")] IReadOnlyDictionary<string, Topic> Topics,
    [property: Description("Who messages come from, by id; the first is used where a message names none.")] IReadOnlyDictionary<string, Sender> Senders,
    [property: Description("Language of customers whose own we do not have texts for.")] string DefaultLocale = "en",
    [property: Description("An event that arrives later than this after it happened starts no run; P1D where not given.")] TimeSpan? LateAfter = null)
{
    public static readonly TimeSpan DefaultLateAfter = TimeSpan.FromDays(1);
}

/// <summary>A kind of message one may refuse.</summary>
public sealed record Topic(
    [property: Description("What customers read, per language.")] IReadOnlyDictionary<string, string> Name,
    [property: Description("optIn: sent only after a recorded yes; optOut: sent until a recorded no; none: needs no consent (orders, security), and no unsubscribe.")] ConsentRule Consent);

public enum ConsentRule { OptIn, OptOut, None }

public sealed record Sender(
    [property: Description("Address in the From header.")] string Email,
    [property: Description("Name in the From header.")] string Name,
    [property: Description("Address for replies, where it is another.")] string? ReplyTo = null);
