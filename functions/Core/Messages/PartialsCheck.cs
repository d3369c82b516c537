using System.Collections.Immutable;
using MarketingAutomation.Config;
using Scriban;

namespace MarketingAutomation.Messages;

/// <summary>Every partial has a name that can be included, can be read, includes only what exists, and never itself.</summary>
public static class PartialsCheck
{
    public static IEnumerable<Finding> Check(Partials partials) => partials.Files.Keys.SelectMany(file => Check(partials, file));

    /// <summary>Whether a text, or a partial it includes, mentions a name.</summary>
    public static bool Mentions(string text, string name, string locale, string kind, Partials partials) => Reached(text, locale, kind, partials).Any(reached => reached.Contains(name, StringComparison.Ordinal));

    private static IEnumerable<Finding> Check(Partials partials, string file)
    {
        var path = $"{Partials.Folder}/{file}";
        var (name, locale, kind) = Parts(file);
        if (!IsName(name)) yield return new(path, null, null, "must be named like footer.html, footer.zh-CN.html or footer.txt");
        else if (locale.Length > 0 && !LocaleName.IsValid(locale)) yield return new(path, null, null, LocaleName.Explain(locale));

        var template = partials.TemplateOf(file);
        foreach (var problem in template.Messages.DistinctBy(message => message.Span.Start.Line)) // the first on a line brings on the rest
            yield return new(path, null, problem.Span.Start.Line + 1, $"cannot be read as Scriban: {problem.Message}");
        if (template.HasErrors) yield break;

        foreach (var (line, included) in TemplateIncludes.Of(template))
            if (included is not null && partials.FileOf(included, locale, kind) is { } next && Reaches(partials, next, file, locale, kind, []))
                yield return new(path, null, line + 1, $"includes itself{(next == file ? "" : $" by way of \"{included}\"")}: a partial that contains itself has no end");
    }

    private static bool Reaches(Partials partials, string from, string target, string locale, string kind, HashSet<string> seen) =>
        from == target || (seen.Add(from) && TemplateIncludes.Of(partials.TemplateOf(from)).Any(include =>
            include.Name is { } name && partials.FileOf(name, locale, kind) is { } next && Reaches(partials, next, target, locale, kind, seen)));

    private static IEnumerable<string> Reached(string text, string locale, string kind, Partials partials)
    {
        yield return text;
        var pending = new Queue<Template>([CompiledMessage.Parse(text)]);
        for (HashSet<string> seen = []; pending.TryDequeue(out var template);)
            foreach (var (_, name) in TemplateIncludes.Of(template))
                if (name is not null && partials.FileOf(name, locale, kind) is { } file && seen.Add(file))
                {
                    pending.Enqueue(partials.TemplateOf(file));
                    yield return partials.Files[file];
                }
    }

    private static (string Name, string Locale, string Kind) Parts(string file)
    {
        var kind = file[file.LastIndexOf('.')..];
        var rest = file[..^kind.Length];
        return rest.IndexOf('.') is > 0 and var dot ? (rest[..dot], rest[(dot + 1)..], kind) : (rest, "", kind);
    }

    private static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');
}
