using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace MarketingAutomation.Segments;

/// <summary>Since which version of the catalog each of its parts has been as it is, so that publishing an edit renews what was edited and nothing else.</summary>
/// <param name="since">By part (<see cref="Rules.Parts"/>).</param>
public sealed class Lineage(ImmutableSortedDictionary<string, long> since)
{
    private readonly ConcurrentDictionary<long, Changes> changes = new();

    // Stands for all parts together, those that went included.
    private const string Whole = "*";

    public ImmutableSortedDictionary<string, long> Since => since;

    /// <summary>The latest version in which any part is another than before, came, or went; customers decided since then are up to date.</summary>
    public long ChangedAt => since[Whole];

    /// <summary>What has changed after a version.</summary>
    public Changes ChangesSince(long version) => changes.GetOrAdd(version, from => Rules.ChangesIn(since.Where(part => part.Value > from && part.Key != Whole).Select(part => part.Key)));

    /// <summary>The lineage of the version that comes next.</summary>
    /// <param name="before">Null for the first.</param>
    /// <param name="parts">Of the version that comes next.</param>
    public static Lineage Next(Lineage? before, IEnumerable<string> parts, long version)
    {
        var next = parts.ToImmutableSortedDictionary(part => part, part => before?.Since.GetValueOrDefault(part, version) ?? version, StringComparer.Ordinal);
        var same = before is not null && before.Since.Remove(Whole).Keys.SequenceEqual(next.Keys);
        return new(next.Add(Whole, same ? before!.ChangedAt : version));
    }
}
