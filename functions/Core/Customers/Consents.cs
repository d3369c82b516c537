namespace MarketingAutomation.Customers;

/// <summary>What customers have said about topics.</summary>
public static class Consents
{
    /// <summary>Whether the customer may get messages of the topic, by its rule and the recorded word.</summary>
    public static bool May(Policy policy, Customer customer, string topic) => (policy.Topics[topic].Consent, customer.Consents.GetValueOrDefault(topic)?.Given) switch
    {
        (ConsentRule.None, _) => true,
        (_, { } given) => given,
        (var rule, null) => rule == ConsentRule.OptOut,
    };
}
