using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Deliveries;

/// <summary>Most messages a customer gets in a rolling span, as written in <c>config/policy.json</c>. Topics that need no consent, such as orders, are neither counted nor held back.</summary>
public sealed record FrequencyCap(
    [property: Description("Most messages, 1 to 50."), Range(1, 50)] decimal Most,
    [property: Description("In the last span of time, such as P7D; at most P90D.")] TimeSpan Within,
    [property: Description("Counts messages of this topic only; all that may be refused where not given.")] string? Topic = null,
    [property: Description("What becomes of a message beyond the cap: skip (the default), or hold until there is room.")] WhenNotNow Then = WhenNotNow.Skip)
{
    /// <summary>When there is room for the delivery; <paramref name="now"/> itself where there is room. It does not stand in its own way, should it have a place already.</summary>
    /// <remarks>
    /// Whoever holds a claim has taken its place already, so two deliveries on their way cannot both pass: the claim is committed before anything
    /// leaves, and a customer has one writer. The window is <c>(now − within, now]</c>.
    /// </remarks>
    public DateTimeOffset RoomAt(Policy policy, Customer customer, Delivery delivery, DateTimeOffset now)
    {
        if (Topic is not null && Topic != delivery.Topic) return now;
        var taken = customer.Deliveries.Values
            .Where(other => other.TakesPlace && other.Id != delivery.Id && (Topic is null ? policy.MayBeRefused(other.Topic) : other.Topic == Topic) && other.ClaimedAt > now - Within)
            .Select(other => other.ClaimedAt!.Value).Order().ToList();
        return taken.Count < Most ? now : taken[taken.Count - (int)Most] + Within;
    }
}

/// <summary>What becomes of a message that may not go now.</summary>
public enum WhenNotNow { Skip, Hold }
