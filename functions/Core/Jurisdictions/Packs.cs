using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MarketingAutomation.Jurisdictions;

/// <summary>The packs of a policy, found by country.</summary>
/// <param name="all">By id; no country stands in two of them.</param>
public sealed class Packs(ImmutableSortedDictionary<string, Jurisdiction> all)
{
    public static readonly Packs None = new(ImmutableSortedDictionary.Create<string, Jurisdiction>(StringComparer.Ordinal));

    private readonly FrozenDictionary<string, string> byCountry =
        (from pack in all from country in pack.Value.Countries select (country, pack.Key)).ToFrozenDictionary(pair => pair.country, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>By id.</summary>
    public ImmutableSortedDictionary<string, Jurisdiction> All => all;

    /// <summary>Id of the pack of a country; null where no pack has it.</summary>
    /// <param name="country">ISO 3166 code, two capital letters.</param>
    public string? IdOf(string country) => byCountry.GetValueOrDefault(country);

    /// <summary>What customers' consents depend on; another text where another rule may hold for somebody.</summary>
    public string Terms => string.Join(';', all.Select(pack => $"{pack.Key} {pack.Value.Consent} {pack.Value.Tracking} {string.Join(' ', pack.Value.Countries.Order(StringComparer.Ordinal))}"));
}
