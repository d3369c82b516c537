namespace MarketingAutomation.Customers;

/// <summary>A mark on a customer, put on by the event <c>Tag Added</c> (<c>tag</c>, and <c>expires_at</c> where it is to go by itself) and taken off by <c>Tag Removed</c>.</summary>
/// <param name="At">When that was said, in UTC ticks; the latest word counts, however late it arrives.</param>
/// <param name="Until">When it expires, in UTC ticks; from that instant on the customer has it no more. Null where it does not.</param>
public sealed record Tag(long At, long? Until, bool Removed)
{
    /// <summary>Of two words the later one; at the same instant the removal, else the longer life.</summary>
    public static Tag Latest(Tag first, Tag second) =>
        first.At != second.At ? (first.At > second.At ? first : second)
        : first.Removed || second.Removed ? (first.Removed ? first : second)
        : (first.Until ?? long.MaxValue) >= (second.Until ?? long.MaxValue) ? first : second;
}
