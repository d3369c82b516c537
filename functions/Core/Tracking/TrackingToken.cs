using MarketingAutomation.Customers;

namespace MarketingAutomation.Tracking;

/// <summary>What a link in a message says of itself; see <see cref="TrackingTokens"/> for how it is written.</summary>
/// <param name="Customer">Whose partition the answer belongs to.</param>
/// <param name="Delivery">Delivery's id.</param>
public abstract record TrackingToken(CustomerKey Customer, string Delivery)
{
    /// <summary>The message was shown.</summary>
    public sealed record Open(CustomerKey Customer, string Delivery) : TrackingToken(Customer, Delivery);

    /// <summary>A link of the message was followed.</summary>
    /// <param name="Link">Which of the message's tracked links, in their order from 0.</param>
    /// <param name="Destination">Where it leads.</param>
    public sealed record Click(CustomerKey Customer, string Delivery, int Link, LinkTarget Destination) : TrackingToken(Customer, Delivery);

    /// <summary>The customer may refuse the topic the message was about.</summary>
    /// <param name="Topic">Topic's id.</param>
    public sealed record Unsubscribe(CustomerKey Customer, string Delivery, string Topic) : TrackingToken(Customer, Delivery);

    /// <summary>The customer may say yes or no to each topic.</summary>
    public sealed record Preferences(CustomerKey Customer, string Delivery) : TrackingToken(Customer, Delivery);

    /// <summary>The customer may read why the message came.</summary>
    public sealed record Why(CustomerKey Customer, string Delivery) : TrackingToken(Customer, Delivery);

    /// <summary>The customer may read the message in a browser.</summary>
    public sealed record View(CustomerKey Customer, string Delivery) : TrackingToken(Customer, Delivery);
}
