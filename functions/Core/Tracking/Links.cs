using System.Runtime.CompilerServices;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Tracking;

/// <summary>The addresses under <c>{PublicUrl}/t/</c> that answer for a delivery. They hold no personal data.</summary>
public sealed class Links
{
    private static readonly ConditionalWeakTable<Deployment, Links> Known = [];

    private readonly string root;

    public Links(Deployment deployment)
    {
        Tokens = new(deployment.TrackingKey);
        root = $"{deployment.PublicUrl.AbsoluteUri.TrimEnd('/')}/t/";
    }

    public TrackingTokens Tokens { get; }

    /// <summary>The links of a deployment; its keys are derived once.</summary>
    public static Links Of(Deployment deployment) => Known.GetValue(deployment, static deployment => new(deployment));

    /// <summary>The links of one delivery.</summary>
    public DeliveryLinks For(CustomerKey customer, string delivery) => new(this, customer, delivery);

    /// <summary>Whether an address is one of these already.</summary>
    public bool IsOurs(string address) => address.StartsWith(root, StringComparison.Ordinal);

    /// <summary>Address of the pixel that tells that the message was shown.</summary>
    public string Open(CustomerKey customer, string delivery) => $"{root}o/{Tokens.Write(new TrackingToken.Open(customer, delivery))}";

    /// <summary>Address that tells that a link was followed and leads on to <paramref name="target"/>.</summary>
    public string Click(CustomerKey customer, string delivery, int link, LinkTarget target) => $"{root}c/{Tokens.Write(new TrackingToken.Click(customer, delivery, link, target))}";

    /// <summary>RFC 8058 one-click address: GET shows a page, POST refuses the topic.</summary>
    public string Unsubscribe(CustomerKey customer, string delivery, string topic) => $"{root}u/{Tokens.Write(new TrackingToken.Unsubscribe(customer, delivery, topic))}";

    /// <summary>Address of the page on which the customer says yes or no to each topic.</summary>
    public string Preferences(CustomerKey customer, string delivery) => $"{root}p/{Tokens.Write(new TrackingToken.Preferences(customer, delivery))}";

    /// <summary>Address of the page that says why the message came.</summary>
    public string Why(CustomerKey customer, string delivery) => $"{root}w/{Tokens.Write(new TrackingToken.Why(customer, delivery))}";

    /// <summary>Address of the page that shows the message as it was sent.</summary>
    public string View(CustomerKey customer, string delivery) => $"{root}v/{Tokens.Write(new TrackingToken.View(customer, delivery))}";
}

/// <summary>The links of one delivery.</summary>
public sealed record DeliveryLinks(Links Links, CustomerKey Customer, string Delivery)
{
    /// <inheritdoc cref="Links.Open"/>
    public string Open() => Links.Open(Customer, Delivery);

    /// <inheritdoc cref="Links.Click"/>
    public string Click(int link, LinkTarget target) => Links.Click(Customer, Delivery, link, target);

    /// <inheritdoc cref="Links.Unsubscribe"/>
    public string Unsubscribe(string topic) => Links.Unsubscribe(Customer, Delivery, topic);

    /// <inheritdoc cref="Links.Preferences"/>
    public string Preferences() => Links.Preferences(Customer, Delivery);

    /// <inheritdoc cref="Links.Why"/>
    public string Why() => Links.Why(Customer, Delivery);

    /// <inheritdoc cref="Links.View"/>
    public string View() => Links.View(Customer, Delivery);
}
