using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace MarketingAutomation.Segments;

/// <summary>Since which version of the catalog each of its parts has been as it is, so that publishing an edit renews what was edited and nothing else.</summary>
/// <param name="since">By part (<see cref="Rules.Parts"/>).</param>
public sealed class Lineage(ImmutableSortedDictionary<string, long> since)
{
    private readonly ConcurrentDictionary<long, Changes> changes = new();

    public ImmutableSortedDictionary<string, long> Since => since;

    /// <summary>What has changed after a version.</summary>
    public Changes ChangesSince(long version) => changes.GetOrAdd(version, from => Rules.ChangesIn(since.Where(part => part.Value > from).Select(part => part.Key)));

    /// <summary>The lineage of the version that comes next.</summary>
    /// <param name="before">Null for the first.</param>
    /// <param name="parts">Of the version that comes next.</param>
    public static Lineage Next(Lineage? before, IEnumerable<string> parts, long version) =>
        new(parts.ToImmutableSortedDictionary(part => part, part => before?.Since.GetValueOrDefault(part, version) ?? version, StringComparer.Ordinal));
}
