using System.Globalization;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Customers;

/// <summary>Names one customer's partition: <c>{2 hex digits}-{32 of a–z, 2–7}</c>, a keyed hash that gives away no id.</summary>
[JsonConverter(typeof(CustomerKeyConverter))]
public readonly record struct CustomerKey(string Value) : IComparable<CustomerKey>
{
    /// <param name="pepper">The deployment's secret; another pepper gives other keys.</param>
    public static CustomerKey OfUser(ReadOnlySpan<byte> pepper, string userId) => Of(pepper, "user", userId);

    public static CustomerKey OfAnonymous(ReadOnlySpan<byte> pepper, string anonymousId) => Of(pepper, "anonymous", anonymousId);

    /// <summary>One of 256 ranges, for scanning in parallel: the two hex digits as a number.</summary>
    [JsonIgnore]
    public int Shard => int.Parse(Value.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public int CompareTo(CustomerKey other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(CustomerKey left, CustomerKey right) => left.CompareTo(right) < 0;
    public static bool operator >(CustomerKey left, CustomerKey right) => left.CompareTo(right) > 0;
    public static bool operator <=(CustomerKey left, CustomerKey right) => left.CompareTo(right) <= 0;
    public static bool operator >=(CustomerKey left, CustomerKey right) => left.CompareTo(right) >= 0;

    private static CustomerKey Of(ReadOnlySpan<byte> pepper, string kind, string id)
    {
        var hash = Hash.Keyed(pepper, kind, id);
        var shard = ("abcdefghijklmnopqrstuvwxyz234567".IndexOf(hash[0], StringComparison.Ordinal) << 3)
                  | ("abcdefghijklmnopqrstuvwxyz234567".IndexOf(hash[1], StringComparison.Ordinal) >> 2);
        return new($"{shard:x2}-{hash}");
    }
}
