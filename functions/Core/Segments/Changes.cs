using System.Collections.Frozen;

namespace MarketingAutomation.Segments;

/// <summary>What a catalog says otherwise than an earlier version of it did.</summary>
/// <param name="Tallies">Ids of rules that must be counted from a customer's history.</param>
/// <param name="Segments">Segments to look at again.</param>
public sealed record Changes(IReadOnlySet<string> Tallies, IReadOnlyCollection<string> Segments)
{
    public static readonly Changes None = new(FrozenSet<string>.Empty, []);

    public bool IsNone => Tallies.Count == 0 && Segments.Count == 0;
}
