using MarketingAutomation.Journeys;

namespace MarketingAutomation.Config;

/// <summary>Ids fit into file names, keys and links; texts for people say their language.</summary>
public static class NameCheck
{
    private const string Rule = "must be of lower-case letters and digits, with single hyphens between them, such as \"win-back\"";

    public static IEnumerable<Finding> Check(ConfigFolder folder) =>
    [
        .. folder.Segments.Values.Concat(folder.Journeys.Values).Concat(folder.Broadcasts.Values).Concat(folder.Packs.Values).Where(file => !IsId(file.Id)).Select(file => new Finding(file.Path, null, null, $"has a name that {Rule}")),
        .. folder.Traits.Values.Where(file => !IsTraitId(file.Id)).Select(file => new Finding(file.Path, null, null, "has a name that must be of lower-case letters, digits and underscores, and begin with a letter, such as \"lifetime_value\": templates read it")),
        .. folder.Messages.Values.Where(message => !IsId(message.Id)).Select(message => new Finding(message.Folder, null, null, $"has a name that {Rule}")),
        .. Ids(folder.Policy, "topics"),
        .. Ids(folder.Policy, "senders"),
    ];

    public static IEnumerable<Finding> Check(Part part) => part.Value switch
    {
        Step { Id: var id } when !IsId(id) => [part.At("id", $"is \"{id}\" but {Rule}")],
        IReadOnlyDictionary<string, string> texts => [.. Languages(part, texts)],
        _ => [],
    };

    private static IEnumerable<Finding> Ids(ConfigFile? policy, string map) =>
        from id in policy?.NamesIn(map)?.Distinct() ?? []
        where !IsId(id)
        select policy!.Json!.At(JsonPath.Child($"$.{map}", id), $"has a name that {Rule}");

    private static IEnumerable<Finding> Languages(Part part, IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Count == 0) yield return part.At("is empty: give the text in at least one language, such as { \"en\": \"…\" }");
        foreach (var locale in texts.Keys.Where(locale => !LocaleName.IsValid(locale)))
            yield return part.At(locale, LocaleName.Explain(locale));
    }

    private static bool IsTraitId(string id) => id.Length > 0 && char.IsAsciiLetterLower(id[0]) && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_');

    private static bool IsId(string id) =>
        id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-') && id.Split('-').All(word => word is not "");
}
