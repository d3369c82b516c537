using MarketingAutomation.Jurisdictions;

namespace MarketingAutomation.Customers;

/// <summary>What customers have said about topics, and about being tracked.</summary>
public static class Consents
{
    /// <summary>What the customer's word on tracking – whether we see who opens messages and follows their links – is recorded under, as if it were a topic; none of the policy's is called so.</summary>
    public const string Tracking = "tracking";

    /// <summary>Whether the customer may get messages of the topic, by the rule that holds and the recorded word; of <see cref="Tracking"/>, whether it may be tracked.</summary>
    public static bool May(Policy policy, Customer customer, string topic) => (RuleOf(policy, customer, topic), customer.Consents.GetValueOrDefault(topic)?.Given) switch
    {
        (ConsentRule.None, _) => true,
        (_, { } given) => given,
        (var rule, null) => rule == ConsentRule.OptOut,
    };

    /// <summary>The rule that holds for a customer: the topic's own, or the stricter one of the customer's jurisdiction. What may not be refused never needs consent.</summary>
    public static ConsentRule RuleOf(Policy policy, Customer customer, string topic)
    {
        var law = policy.JurisdictionOf(customer) is { } id ? policy.Packs.All[id] : null;
        if (topic == Tracking) return law?.Tracking == Requirement.OptIn ? ConsentRule.OptIn : ConsentRule.OptOut;
        var own = policy.Topics[topic].Consent;
        return own == ConsentRule.OptOut && law?.Consent == Requirement.OptIn ? ConsentRule.OptIn : own;
    }
}
