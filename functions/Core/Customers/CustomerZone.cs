using NodaTime;

namespace MarketingAutomation.Customers;

/// <summary>The zone a customer lives by: its own, else the policy's, else UTC; a name that is no IANA zone counts as none. One rule for dates in segments, quiet hours and what templates write.</summary>
public static class CustomerZone
{
    public static DateTimeZone Of(Policy policy, Customer customer) => Of(customer.TimeZone, policy.TimeZone);

    /// <param name="own">The customer's.</param>
    /// <param name="other">Of those whose own is not known.</param>
    internal static DateTimeZone Of(string? own, string? other) => Known(own) ?? Known(other) ?? DateTimeZone.Utc;

    private static DateTimeZone? Known(string? zone) => zone is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone);
}
