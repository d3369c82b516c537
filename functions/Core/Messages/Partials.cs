using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Scriban;
using Scriban.Parsing;

namespace MarketingAutomation.Messages;

/// <summary>Texts that messages share: <c>{{ include "footer" }}</c> puts in <c>messages/_partials/footer.html</c>.</summary>
/// <param name="Files">
/// Texts by file name: <c>footer.html</c> for every language, <c>footer.zh-CN.html</c> for one, <c>footer.txt</c> for plain texts and subjects.
/// </param>
public sealed record Partials(ImmutableSortedDictionary<string, string> Files)
{
    public const string Folder = "messages/_partials";

    public static readonly Partials None = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private static readonly ConditionalWeakTable<Partials, IReadOnlyDictionary<string, Template>> Compiled = [];

    /// <summary>The file that holds a partial in the nearest language; null where there is none.</summary>
    /// <param name="kind"><c>.html</c> or <c>.txt</c>.</param>
    public string? FileOf(string name, string locale, string kind)
    {
        var prefix = name + ".";
        string[] locales = [.. from file in Files.Keys where file.StartsWith(prefix, StringComparison.Ordinal) && file.EndsWith(kind, StringComparison.Ordinal) && file.Length > name.Length + kind.Length select file[prefix.Length..^kind.Length]];
        return Locales.Choose(locale, "", locales) is { } nearest ? $"{prefix}{nearest}{kind}" : Files.ContainsKey(name + kind) ? name + kind : null;
    }

    internal Template TemplateOf(string file) => Compiled.GetValue(this, static partials => partials.Files.ToDictionary(
        partial => partial.Key, partial => CompiledMessage.Parse(partial.Value, $"{Folder}/{partial.Key}"), StringComparer.Ordinal))[file];

    /// <summary>The partial a place is in; null where it is in the message itself.</summary>
    internal static string? PathIn(SourceSpan place) => place.FileName is { } file && file.StartsWith(Folder, StringComparison.Ordinal) ? file : null;

    /// <summary>What a text of one language and kind may include, and where from.</summary>
    internal PartialsFor For(string locale, string kind) => new(this, locale, kind);
}

/// <param name="Kind"><c>.html</c> or <c>.txt</c>.</param>
internal sealed record PartialsFor(Partials Partials, string Locale, string Kind)
{
    private readonly Dictionary<string, Template?> found = new(StringComparer.Ordinal);

    /// <summary>What there is of the kind, in any language.</summary>
    public IEnumerable<string> Names => Partials.Files.Keys.Where(file => file.EndsWith(Kind, StringComparison.Ordinal)).Select(file => file[..file.IndexOf('.')]).Distinct();

    /// <summary>Null where there is no such partial.</summary>
    public Template? Find(string name)
    {
        lock (found)
        {
            if (found.TryGetValue(name, out var known)) return known;
            return found[name] = Partials.FileOf(name, Locale, Kind) is { } file ? Partials.TemplateOf(file) : null;
        }
    }
}
