using System.Collections.Immutable;

namespace MarketingAutomation.Config;

/// <summary>Dictionaries in the order of their keys' code points.</summary>
internal static class Sorting
{
    /// <remarks>Adds one by one: what the library does with all at once costs the start-up more than it saves.</remarks>
    public static ImmutableSortedDictionary<string, T> ToSorted<TSource, T>(this IEnumerable<TSource> items, Func<TSource, string> key, Func<TSource, T> value)
    {
        var sorted = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var item in items) sorted.Add(key(item), value(item));
        return sorted.ToImmutable();
    }
}
