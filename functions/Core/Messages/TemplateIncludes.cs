using Scriban;
using Scriban.Syntax;

namespace MarketingAutomation.Messages;

/// <summary>Finds what a template includes.</summary>
internal sealed class TemplateIncludes : ScriptVisitor
{
    private readonly List<(int Line, string? Name)> found = [];

    /// <returns>Lines counted from 0; a name is null where it is not written out, so that nobody knows it beforehand.</returns>
    public static IReadOnlyList<(int Line, string? Name)> Of(Template template)
    {
        var includes = new TemplateIncludes();
        if (template is { HasErrors: false, Page: { } page }) includes.Visit(page);
        return includes.found;
    }

    public override void Visit(ScriptFunctionCall node)
    {
        if (IsInclude(node, out var name)) found.Add((node.Span.Start.Line, name));
        base.Visit(node);
    }

    /// <param name="name">Null where it is not written out.</param>
    public static bool IsInclude(ScriptFunctionCall node, out string? name)
    {
        name = node.Arguments is [ScriptLiteral { Value: string literal }] ? literal : null;
        return node.Target is ScriptVariableGlobal { Name: "include" };
    }
}
