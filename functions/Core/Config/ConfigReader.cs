using System.Collections.Immutable;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <param name="Catalog">Null where there is any problem.</param>
public sealed record ConfigResult(Catalog? Catalog, IReadOnlyList<Problem> Problems);

/// <summary>Makes a catalog of the texts in the config folder, or says everything that is wrong with them.</summary>
public static class ConfigReader
{
    /// <param name="files">Texts by path in the folder, with / between names.</param>
    /// <param name="version">Of the catalog to be; see <see cref="Catalog.Version"/>.</param>
    /// <param name="checkTemplates">Finds what is wrong with the templates of a message, given its id; null leaves them unchecked.</param>
    /// <returns>Problems ordered by file and line.</returns>
    public static ConfigResult Read(
        IReadOnlyDictionary<string, string> files,
        long version,
        Deployment deployment,
        Func<string, MessageFolder, IEnumerable<Problem>>? checkTemplates = null)
    {
        var folder = ConfigFolder.Of(files);
        var messages = folder.Messages.Values
            .Select(message => (message.Id, Message: message.ToMessage()))
            .Where(message => message.Message is not null)
            .ToImmutableSortedDictionary(message => message.Id, message => message.Message!, StringComparer.Ordinal);
        Problem[] problems =
        [
            .. CatalogCheck.Check(folder).OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line ?? 0).Select(f => f.ToProblem()),
            .. messages.SelectMany(message => checkTemplates?.Invoke(message.Key, message.Value) ?? []),
        ];
        return problems is not []
            ? new(null, problems)
            : new(new Catalog(HashOf(files), version, (Policy)folder.Policy!.Value!, Values<Segment>(folder.Segments), Values<Journey>(folder.Journeys), messages, deployment), []);
    }

    private static ImmutableSortedDictionary<string, T> Values<T>(ImmutableSortedDictionary<string, ConfigFile> files) =>
        files.ToImmutableSortedDictionary(file => file.Key, file => (T)file.Value.Value!, StringComparer.Ordinal);

    private static string HashOf(IReadOnlyDictionary<string, string> files) =>
        Hash.Id([.. files.Where(file => ConfigFolder.IsRead(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => new[] { file.Key, file.Value })]);
}
