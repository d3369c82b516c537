using System.Collections.Immutable;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Journeys;
using MarketingAutomation.Jurisdictions;
using MarketingAutomation.Messages;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>The files of the config folder by what they are.</summary>
/// <param name="Policy">Null where there is none.</param>
/// <param name="Packs">What stands in <c>policy</c>.</param>
/// <param name="Partials">By file name in <see cref="Partials.Folder"/>.</param>
/// <param name="Strays">Paths of files that have no place here.</param>
public sealed record ConfigFolder(
    ConfigFile? Policy,
    ImmutableSortedDictionary<string, ConfigFile> Packs,
    ImmutableSortedDictionary<string, ConfigFile> Segments,
    ImmutableSortedDictionary<string, ConfigFile> Traits,
    ImmutableSortedDictionary<string, ConfigFile> Journeys,
    ImmutableSortedDictionary<string, ConfigFile> Broadcasts,
    ImmutableSortedDictionary<string, MessageFiles> Messages,
    Partials Partials,
    ImmutableArray<string> Strays)
{
    private static readonly ConfigFolder Empty = new(null, Sorted<ConfigFile>(), Sorted<ConfigFile>(), Sorted<ConfigFile>(), Sorted<ConfigFile>(), Sorted<ConfigFile>(), Sorted<MessageFiles>(), Partials.None, []);

    /// <param name="files">Texts by path in the folder, with / between names.</param>
    public static ConfigFolder Of(IReadOnlyDictionary<string, string> files) =>
        PathsIn(files).Aggregate(Empty, (folder, path) => folder.With(path, files[path]));

    /// <summary>The paths of the files that are read, in the order of their code points.</summary>
    public static IEnumerable<string> PathsIn(IReadOnlyDictionary<string, string> files) => files.Keys.Where(IsRead).Order(StringComparer.Ordinal);

    /// <summary>Whether a file belongs to the config; schemas, import mappings, read-me files and hidden files do not.</summary>
    public static bool IsRead(string path) => path.Split('/') is not (["schema" or "mappings", ..] or [.., "README.md"]) && !$"/{path}".Contains("/.", StringComparison.Ordinal);

    public IEnumerable<ConfigFile> JsonFiles =>
        [.. Segments.Values, .. Traits.Values, .. Journeys.Values, .. Broadcasts.Values, .. Messages.Values.Select(message => message.Json).OfType<ConfigFile>(), .. Policy is null ? [] : new[] { Policy }, .. Packs.Values];

    private ConfigFolder With(string path, string text) => path.Split('/') switch
    {
        ["policy.json"] => this with { Policy = ConfigFile.Read<Policy>(path, "policy", text) },
        ["policy", var file] when IdOf(file, ".json") is { } id => this with { Packs = Packs.Add(id, ConfigFile.Read<Jurisdiction>(path, id, text)) },
        ["segments", var file] when IdOf(file, ".json") is { } id => this with { Segments = Segments.Add(id, ConfigFile.Read<Segment>(path, id, text)) },
        ["traits", var file] when IdOf(file, ".json") is { } id => this with { Traits = Traits.Add(id, ConfigFile.Read<ComputedTrait>(path, id, text)) },
        ["journeys", var file] when IdOf(file, ".json") is { } id => this with { Journeys = Journeys.Add(id, ConfigFile.Read<Journey>(path, id, text)) },
        ["broadcasts", var file] when IdOf(file, ".json") is { } id => this with { Broadcasts = Broadcasts.Add(id, ConfigFile.Read<Broadcast>(path, id, text)) },
        ["messages", "_partials", var file] when IdOf(file, ".html") is not null || IdOf(file, ".txt") is not null => this with { Partials = new(Partials.Files.Add(file, text)) },
        ["messages", var id, "message.json"] => With(id, message => message with { Json = ConfigFile.Read<Message>(path, id, text) }),
        ["messages", var id, var file] when IdOf(file, ".html") is { } locale => With(id, message => message with { Html = message.Html.Add(locale, text) }),
        ["messages", var id, var file] when IdOf(file, ".txt") is { } locale => With(id, message => message with { Text = message.Text.Add(locale, text) }),
        _ => this with { Strays = Strays.Add(path) },
    };

    private ConfigFolder With(string id, Func<MessageFiles, MessageFiles> change) =>
        this with { Messages = Messages.SetItem(id, change(Messages.GetValueOrDefault(id) ?? new(id, null, Sorted<string>(), Sorted<string>()))) };

    private static string? IdOf(string file, string extension) => file.EndsWith(extension, StringComparison.Ordinal) ? file[..^extension.Length] : null;

    private static ImmutableSortedDictionary<string, T> Sorted<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}

/// <summary>The files of one message's folder.</summary>
/// <param name="Json">Its message.json; null where there is none.</param>
/// <param name="Html">By locale.</param>
/// <param name="Text">By locale.</param>
public sealed record MessageFiles(string Id, ConfigFile? Json, ImmutableSortedDictionary<string, string> Html, ImmutableSortedDictionary<string, string> Text)
{
    public string Folder => $"messages/{Id}";

    /// <summary>The message with its bodies; null where message.json could not be read.</summary>
    public MessageFolder? ToMessage(Partials partials) => Json?.Value is Message message
        ? new(message, Html.Keys.ToSorted(locale => locale, locale => new Body(Html[locale], Text.GetValueOrDefault(locale))), partials)
        : null;
}
