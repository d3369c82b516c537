namespace MarketingAutomation.Storage;

/// <summary>Where a partition belongs: to one of 256 shards, each of which lives in one storage account, or to none.</summary>
/// <remarks>
/// One rule for all tables: a partition whose key begins with one or two lower-case hex digits, alone or followed by <c>-</c> or <c>~</c>,
/// belongs to the shard they name; one digit alone names the first of its sixteen. Customers, quarantine and facts are spread so. Everything else
/// – catalogs, secrets, suppressions mostly, imports – stays in the first account.
/// </remarks>
internal static class Shard
{
    public const int Count = 256;

    /// <returns>0 to 255, or null for a partition of the first account.</returns>
    public static int? Of(string partition)
    {
        if (Digit(partition, 0) is not { } first) return null;
        if (Ends(partition, 1)) return first << 4;
        return Digit(partition, 1) is { } second && Ends(partition, 2) ? first << 4 | second : null;
    }

    /// <summary>Where the shard's partitions stand, ordered, none in another's.</summary>
    /// <returns>First partition, and the end, which is excluded.</returns>
    public static IEnumerable<(string From, string To)> Ranges(int shard)
    {
        string[] names = shard % 16 == 0 ? [$"{shard >> 4:x}", $"{shard:x2}"] : [$"{shard:x2}"];
        foreach (var name in names)
        {
            yield return (name, name + " ");          // itself: a space is the first character there is
            yield return (name + "-", name + ".");
            yield return (name + "~", name + "\x7f");
        }
    }

    private static int? Digit(string text, int at) => at < text.Length && char.IsAsciiHexDigitLower(text[at]) ? Convert.ToInt32(text[at..(at + 1)], 16) : null;

    private static bool Ends(string text, int at) => at == text.Length || text[at] is '-' or '~';
}
