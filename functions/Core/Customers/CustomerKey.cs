using System.Buffers;
using System.Globalization;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Customers;

/// <summary>Names one customer's partition: <c>{2 hex digits}-{32 of a–z, 2–7}</c>, a keyed hash that gives away no id.</summary>
[JsonConverter(typeof(CustomerKeyConverter))]
public readonly record struct CustomerKey(string Value) : IComparable<CustomerKey>
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef"), Base32 = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    /// <param name="pepper">The deployment's secret; another pepper gives other keys.</param>
    public static CustomerKey OfUser(ReadOnlySpan<byte> pepper, string userId) => Of(pepper, "user", userId);

    public static CustomerKey OfAnonymous(ReadOnlySpan<byte> pepper, string anonymousId) => Of(pepper, "anonymous", anonymousId);

    /// <summary>One of 256 ranges, for scanning in parallel: the two hex digits as a number.</summary>
    [JsonIgnore]
    public int Shard => int.Parse(Value.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Whether a text has the form of a key.</summary>
    public static bool IsKey(string text) =>
        text.Length == 35 && text[2] == '-' && text.AsSpan(0, 2).IndexOfAnyExcept(Hex) < 0 && text.AsSpan(3).IndexOfAnyExcept(Base32) < 0;

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
