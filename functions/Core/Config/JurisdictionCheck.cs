using MarketingAutomation.Customers;
using MarketingAutomation.Jurisdictions;

namespace MarketingAutomation.Config;

/// <summary>A pack names countries that exist, each country stands in one pack, and what customers read is there in the default language.</summary>
public static class JurisdictionCheck
{
    private const int MostPrefixCharacters = 20;

    public static IEnumerable<Finding> Check(ConfigFolder folder)
    {
        var defaultLocale = (folder.Policy?.Value as Policy)?.DefaultLocale;
        var packs = folder.Packs.Values.SelectMany(file => file.Parts).Where(part => part.Value is Jurisdiction).ToArray();
        return [.. Reserved(folder.Policy), .. packs.SelectMany(part => Check(part, (Jurisdiction)part.Value, defaultLocale)), .. Repeated(packs)];
    }

    private static IEnumerable<Finding> Reserved(ConfigFile? policy) =>
        policy?.NamesIn("topics")?.Contains(Consents.Tracking) is true
            ? [policy.Json!.At(JsonPath.Child("$.topics", Consents.Tracking), "is taken: customers' word on being tracked is recorded under this name; choose another")]
            : [];

    private static IEnumerable<Finding> Check(Part part, Jurisdiction pack, string? defaultLocale)
    {
        if (pack.Countries.Count == 0) yield return part.At("countries", "is empty: name at least one country, such as \"DE\"");
        foreach (var (index, country) in pack.Countries.Index())
            if (!Countries.Known.Contains(country)) yield return At(part, index, $"\"{country}\" is no ISO 3166 code of two capital letters{(Countries.Read(country) is { } meant ? $"; did you mean \"{meant}\"?" : " such as \"DE\"")}");
        if (defaultLocale is not null && !pack.Name.ContainsKey(defaultLocale)) yield return part.At("name", $"misses \"{defaultLocale}\", the defaultLocale: customers read this name");
        if (pack.SubjectPrefix is not { } prefixes) yield break;
        if (defaultLocale is not null && !prefixes.ContainsKey(defaultLocale)) yield return part.At("subjectPrefix", $"misses \"{defaultLocale}\", the defaultLocale: messages in all other languages begin with it");
        foreach (var (locale, prefix) in prefixes)
            if (SubjectPrefix.WordOf(prefix).Length == 0 || prefix.Length > MostPrefixCharacters || prefix.Any(char.IsControl))
                yield return part.Json.At(JsonPath.Child(JsonPath.Child(part.Path, "subjectPrefix"), locale), $"must be a word of at most {MostPrefixCharacters} characters, such as \"AD:\"");
    }

    private static IEnumerable<Finding> Repeated(IEnumerable<Part> packs) =>
        from place in from part in packs from country in ((Jurisdiction)part.Value).Countries.Index() select (part, country.Index, Code: country.Item)
        group place by place.Code into same
        from place in same.Skip(1)
        select At(place.part, place.Index, $"\"{same.Key}\" is in {same.First().part.Json.File} already: a customer has one jurisdiction, so take it out of one of them");

    private static Finding At(Part part, int index, string what) => part.Json.At(JsonPath.Item(JsonPath.Child(part.Path, "countries"), index), what);
}
