using System.Collections.Immutable;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Journeys;
using MarketingAutomation.Jurisdictions;
using MarketingAutomation.Messages;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <param name="Catalog">Null where there is any problem.</param>
public sealed record ConfigResult(Catalog? Catalog, IReadOnlyList<Problem> Problems);

/// <summary>Makes a catalog of the texts in the config folder, or says everything that is wrong with them.</summary>
public static class ConfigReader
{
    /// <param name="files">Texts by path in the folder, with / between names.</param>
    /// <param name="version">Of the catalog to be; see <see cref="Catalog.Version"/>.</param>
    /// <param name="checkTemplates">Finds what is wrong with the templates of a message, given its id and what there is to name; null leaves them unchecked.</param>
    /// <returns>Problems ordered by file and line, those of templates last.</returns>
    public static ConfigResult Read(
        IReadOnlyDictionary<string, string> files,
        long version,
        Deployment deployment,
        Func<string, MessageFolder, KnownNames, IEnumerable<Problem>>? checkTemplates = null)
    {
        var folder = ConfigFolder.Of(files);
        var messages = folder.Messages.Values.Where(files => files.Json?.Value is not null).ToSorted(files => files.Id, files => files.ToMessage(folder.Partials)!);
        Problem[] problems =
        [
            .. CatalogCheck.Check(folder).OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line ?? 0).Select(f => f.ToProblem()),
            .. checkTemplates is null ? [] : messages.Keys.SelectMany(id => checkTemplates(id, messages[id], new([.. folder.Segments.Keys], [.. folder.Traits.Keys]))).Distinct(), // what is wrong in a partial is wrong for all
        ];
        return problems is not []
            ? new(null, problems)
            : new(new Catalog(HashOf(files), version, (Policy)folder.Policy!.Value! with { Packs = new(Values<Jurisdiction>(folder.Packs)) }, Values<Segment>(folder.Segments), Journeys(folder), messages, deployment, Values<ComputedTrait>(folder.Traits)), []);
    }

    private static ImmutableSortedDictionary<string, Journey> Journeys(ConfigFolder folder) =>
        Values<Journey>(folder.Journeys).AddRange(folder.Broadcasts.Values.Select(file => KeyValuePair.Create(file.Id, ((Broadcast)file.Value!).ToJourney())));

    private static ImmutableSortedDictionary<string, T> Values<T>(ImmutableSortedDictionary<string, ConfigFile> files) => files.Values.ToSorted(file => file.Id, file => (T)file.Value!);

    private static string HashOf(IReadOnlyDictionary<string, string> files) => Hash.Id([.. ConfigFolder.PathsIn(files).SelectMany(path => new[] { path, files[path] })]);
}
