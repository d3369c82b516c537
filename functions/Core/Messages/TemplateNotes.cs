using Scriban.Syntax;

namespace MarketingAutomation.Messages;

/// <summary>Finds what a person should look at in a template and the partials it includes.</summary>
internal sealed class TemplateNotes(string locale, PartialsFor partials) : ScriptVisitor
{
    private readonly HashSet<string> included = new(StringComparer.Ordinal);
    private readonly List<(string? File, int Line, string What)> notes = [];

    /// <returns>Notes with the partial they are in, null for the template itself, and their lines, counted from 0, in the order of the text.</returns>
    public static IReadOnlyList<(string? File, int Line, string What)> Of(ScriptPage page, string locale, PartialsFor partials)
    {
        var finder = new TemplateNotes(locale, partials);
        finder.Visit(page);
        return finder.notes;
    }

    public override void Visit(ScriptVariableGlobal node)
    {
        if (node.Name == "safe" && partials.Kind == ".html")
            Add(node, $"{Use(node)} is shown as HTML, unescaped: whoever can set it can write into the message");
        if (node.Name is "date" or "number" or "money" && node.Parent is ScriptFunctionCall or ScriptPipeCall && !LocaleFormats.Know(locale))
            Add(node, $"{node.Name} does not know how {locale} is written and writes 2026-03-01, 1234.5 and EUR 12.50; it knows {string.Join(", ", LocaleFormats.Known)}");
    }

    public override void Visit(ScriptFunctionCall node)
    {
        if (TemplateIncludes.IsInclude(node, out var name) && name is not null && partials.Find(name) is { HasErrors: false, Page: { } page } && included.Add(name)) Visit(page);
        base.Visit(node);
    }

    private static ScriptNode Use(ScriptNode node) => node.Parent is ScriptPipeCall or ScriptFunctionCall ? Use(node.Parent) : node;

    private void Add(ScriptNode node, string what) => notes.Add((Partials.PathIn(node.Span), node.Span.Start.Line, what));
}
