using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Jurisdictions;

namespace MarketingAutomation;

/// <summary>What holds for the whole deployment, as written in <c>config/policy.json</c>.</summary>
public sealed record Policy(
    [property: Description("What customers may refuse, by id.")] IReadOnlyDictionary<string, Topic> Topics,
    [property: Description("Who messages come from, by id; the first is used where a message names none.")] IReadOnlyDictionary<string, Sender> Senders,
    [property: Description("Language of customers whose own we do not have texts for.")] string DefaultLocale = "en",
    [property: Description("An event that arrives later than this after it happened starts no run; P1D where not given.")] TimeSpan? LateAfter = null,
    [property: Description("Most messages a customer gets in a span of time; each cap holds by itself.")] IReadOnlyList<FrequencyCap>? FrequencyCaps = null,
    [property: Description("Hours of the customer's day without messages.")] QuietHours? QuietHours = null,
    [property: Description("Zone of customers whose own is not known, as an IANA name such as Asia/Shanghai; UTC where not given.")] string? TimeZone = null,
    [property: Description("A message that could not go within this span after it was asked for is skipped; P3D where not given.")] TimeSpan? StaleAfter = null,
    [property: Description("Percent of customers, 0 to 20, who get no message that may be refused, from any journey: what all journeys together are worth is measured against them."), Range(0, 20)] decimal GlobalControl = 0,
    [property: Description("How fast messages are handed to the provider; as fast as it takes them where not given.")] SendingRates? SendingRates = null,
    [property: Description("The pack that holds for customers whose country is not known, by the name of its file in config/policy; none where not given.")] string? UnknownCountry = null,
    [property: Description("Limits beyond which a journey pauses itself; none does where not given.")] AutoPause? AutoPause = null)
{
    public static readonly TimeSpan DefaultLateAfter = TimeSpan.FromDays(1), DefaultStaleAfter = TimeSpan.FromDays(3);

    /// <summary>What the law of some countries asks beyond this, from the files in <c>config/policy</c>.</summary>
    public Packs Packs { get; init; } = Packs.None;

    /// <summary>Id of the pack that holds for a customer; null where none does.</summary>
    public string? JurisdictionOf(Customer customer) => Packs.All.IsEmpty ? null : Countries.Of(customer) is { } country ? Packs.IdOf(country) : UnknownCountry;

    /// <summary>Whether the topic is one that customers may refuse; what they may not refuse – orders, security – goes at any hour, uncounted, to everybody.</summary>
    public bool MayBeRefused(string topic) => Topics.GetValueOrDefault(topic)?.Consent != ConsentRule.None;

    /// <summary>Whether the customer is of the global control group; sticky.</summary>
    public bool IsControl(CustomerKey customer) => Hash.Bucket("control", customer.Value) < GlobalControl * 100;
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
