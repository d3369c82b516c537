namespace MarketingAutomation.Deliveries;

/// <summary>The order of delivery statuses.</summary>
public static class DeliveryStatuses
{
    /// <summary>What two reports of the same delivery come to, in whatever order and however often they are told: the higher attempt wins until one is settled, then the later name.</summary>
    public static Delivery Join(Delivery one, Delivery two) => Rank(one).CompareTo(Rank(two)) >= 0 ? one : two;

    /// <summary>As reports and rows write it.</summary>
    public static string Name(this DeliveryStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>As reports write it, such as <c>no-consent</c>.</summary>
    public static string Name(this SkipReason reason) => Kebab(reason.ToString());

    /// <inheritdoc cref="Name(SkipReason)"/>
    public static string Name(this HoldReason reason) => Kebab(reason.ToString());

    private static string Kebab(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    // An open attempt that is under way ranks above the waiting that led to it, and a retry above the attempt it follows.
    private static (bool Settled, int Attempt, int Step) Rank(Delivery delivery) => delivery.IsSettled
        ? (true, 0, (int)delivery.Status)
        : (false, delivery.Attempt, delivery.Status == DeliveryStatus.Sending ? 0 : 1);
}
