using System.Collections.Immutable;

namespace MarketingAutomation.Config;

/// <summary>What there is to refer to. A file that could not be read still has its name.</summary>
/// <param name="Packs">What jurisdictions there are.</param>
/// <param name="Topics">Null where policy.json does not say.</param>
/// <param name="Senders">Null where policy.json does not say.</param>
public sealed record Names(
    ImmutableSortedSet<string> Segments,
    ImmutableSortedSet<string> Traits,
    ImmutableSortedSet<string> Messages,
    ImmutableSortedSet<string> Packs,
    ImmutableSortedSet<string>? Topics,
    ImmutableSortedSet<string>? Senders)
{
    public static Names In(ConfigFolder folder) => new(
        Set(folder.Segments.Keys)!,
        Set(folder.Traits.Keys)!,
        Set(folder.Messages.Keys)!,
        Set(folder.Packs.Keys)!,
        Set(folder.Policy?.NamesIn("topics")),
        Set(folder.Policy?.NamesIn("senders")));

    /// <summary>What customers say yes or no to: topics, and being tracked.</summary>
    public ImmutableSortedSet<string>? Consents => Topics?.Add(Customers.Consents.Tracking);

    private static ImmutableSortedSet<string>? Set(IEnumerable<string>? names) => names?.ToImmutableSortedSet(StringComparer.Ordinal);
}
