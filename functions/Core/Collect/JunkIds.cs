using System.Collections.Frozen;

namespace MarketingAutomation.Collect;

/// <summary>Texts that stand where an id should be and name nobody: taken as ids they would make one customer out of many.</summary>
/// <remarks>They come from programs that print an empty variable, and from examples left as they were. Letter case, and blanks or quotes around them, do not matter.</remarks>
public static class JunkIds
{
    /// <summary>Everything that counts as junk besides nothing at all.</summary>
    public static readonly FrozenSet<string> Texts = FrozenSet.ToFrozenSet(
    [
        "null", "(null)", "<null>", "undefined", "nan", "none", "nil", "n/a", "true", "false", // an empty variable, printed
        "0", "-0", "0.0", "-1", "00000000-0000-0000-0000-000000000000", "{}", "[]", "[object object]",
        "anonymous", "guest", "unknown", "unidentified", "not_authenticated", "(not set)",     // nobody, in words
        "id", "userid", "user_id", "anonymousid", "anonymous_id", "distinctid", "distinct_id", "email", // the name instead of the value
    ], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Texts.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> id)
    {
        var bare = id.Trim().Trim("\"'`").Trim();
        return bare.IsEmpty || Lookup.Contains(bare);
    }
}
