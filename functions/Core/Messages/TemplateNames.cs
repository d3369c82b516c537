using MarketingAutomation.Config;
using Scriban.Runtime;
using Scriban.Syntax;

namespace MarketingAutomation.Messages;

/// <summary>Finds the names a template uses that nobody gives it.</summary>
internal sealed class TemplateNames : ScriptVisitor
{
    private static readonly string[] Given = ["customer", "event", "journey", "locale", "message", "preferences_url", "segments", "unsubscribe_url", "view_url", "why_url"];

    private readonly KnownNames names;
    private readonly PartialsFor partials;
    private readonly HashSet<string> known = [.. Given, .. TemplateFunctions.All.Keys, "for", "while", "tablerow"];
    private readonly HashSet<string> included = new(StringComparer.Ordinal);
    private readonly List<(string? File, int Line, string What)> problems = [];

    private TemplateNames(KnownNames names, PartialsFor partials) => (this.names, this.partials) = (names, partials);

    /// <summary>Checks a template together with the partials it includes, which see what it sees.</summary>
    /// <returns>Problems with the partial they are in, null for the template itself, and their lines, counted from 0, in the order of the text.</returns>
    public static IReadOnlyList<(string? File, int Line, string What)> Check(ScriptPage page, KnownNames names, PartialsFor partials)
    {
        var checking = new TemplateNames(names, partials);
        new Assignments(checking.known, partials).Visit(page);   // first, because a name may be used before it is assigned further down
        checking.Visit(page);
        return checking.problems;
    }

    public override void Visit(ScriptFunctionCall node)
    {
        base.Visit(node);
        if (TemplateIncludes.IsInclude(node, out var name)) Include(node, name);
        if (node is { Target: ScriptVariableGlobal { Name: "date" } } && node.Arguments.ElementAtOrDefault(node.Parent is ScriptPipeCall pipe && pipe.To == node ? 0 : 1) is ScriptLiteral { Value: string style } && !TemplateFilters.IsDateStyle(style))
            Add(node, $"date cannot write \"{style}\": use {Words.List(TemplateFilters.DateStyles)}, or a pattern such as \"d MMMM yyyy\" with words in quotes");
    }

    public override void Visit(ScriptIndexerExpression node)
    {
        base.Visit(node);
        if (node.Target is not ScriptVariableGlobal { Name: "segments" }) return;
        if (node.Index is not ScriptLiteral { Value: string segment }) Add(node, "segments is asked with a name that is written out, such as segments[\"high-value\"]");
        else UnknownSegment(node, segment);
    }

    public override void Visit(ScriptVariableGlobal node)
    {
        if (!known.Contains(node.Name))
            Add(node, $"{node.Name} is not known here: use {string.Join(", ", Given)}, or a function of {string.Join(", ", TemplateFunctions.All.Keys.Order(StringComparer.Ordinal))}");
    }

    public override void Visit(ScriptMemberExpression node)
    {
        Visit(node.Target);                         // and not the member, which is no name by itself
        if (node is { Target: ScriptMemberExpression { Target: ScriptVariableGlobal { Name: "customer" }, Member.Name: "computed" }, Member.Name: { } trait } && names.Traits?.Contains(trait) is false)
            Add(node, $"customer.computed.{trait} names no file in config/traits{Words.DidYouMean(trait, names.Traits)}");
        if (node is not { Target: ScriptVariableGlobal { Name: var group }, Member.Name: { } member }) return;

        if (group == "segments") UnknownSegment(node, member);
        else if (TemplateFunctions.All[group] is IScriptCustomFunction) Add(node, $"{group}.{member} does not exist: {group} is a function, used as value | {group}");
        else if (group is "message" or "journey" && member != "id") Add(node, $"{group}.{member} does not exist: {group} has id only");
        else if (TemplateFunctions.All[group] is ScriptObject functions && !functions.ContainsKey(member))
            Add(node, $"{group}.{member} is not a function: {group} has {string.Join(", ", functions.Keys.Order(StringComparer.Ordinal))}");
    }

    public override void Visit(ScriptNamedArgument node) => Visit(node.Value);

    public override void Visit(ScriptObjectMember node) => Visit(node.Value);

    public override void Visit(ScriptParameter node) => Visit(node.DefaultValue);

    public override void Visit(ScriptWithStatement node) => Add(node, "with hides which names are meant: write the whole path, such as customer.address.city");

    public override void Visit(ScriptImportStatement node) => Add(node, "import is not available: write the whole path");

    private void Include(ScriptFunctionCall node, string? name)
    {
        if (name is null) Add(node, "include needs one name that is written out, such as include \"footer\"");
        else if (partials.Find(name) is not { } partial) Add(node, $"include \"{name}\" names no {name}{partials.Kind} in {Partials.Folder}{Words.DidYouMean(name, partials.Names)}");
        else if (!partial.HasErrors && included.Add(name)) Visit(partial.Page!);
    }

    private void UnknownSegment(ScriptNode node, string segment)
    {
        if (names.Segments?.Contains(segment) is false) Add(node, $"\"{segment}\" names no file in config/segments{Words.DidYouMean(segment, names.Segments)}");
    }

    private void Add(ScriptNode node, string what) => problems.Add((Partials.PathIn(node.Span), node.Span.Start.Line, what));

    /// <summary>Collects the names a template gives itself.</summary>
    private sealed class Assignments(HashSet<string> known, PartialsFor partials) : ScriptVisitor
    {
        private readonly HashSet<string> included = new(StringComparer.Ordinal);

        public override void Visit(ScriptFunctionCall node)
        {
            if (TemplateIncludes.IsInclude(node, out var name) && name is not null && partials.Find(name) is { HasErrors: false, Page: { } page } && included.Add(name)) Visit(page);
            base.Visit(node);
        }

        public override void Visit(ScriptAssignExpression node)
        {
            Add(node.Target);
            base.Visit(node);
        }

        public override void Visit(ScriptCaptureStatement node)
        {
            Add(node.Target);
            base.Visit(node);
        }

        public override void Visit(ScriptForStatement node)
        {
            Add(node.Variable);
            base.Visit(node);
        }

        public override void Visit(ScriptTableRowStatement node)
        {
            Add(node.Variable);
            base.Visit(node);
        }

        public override void Visit(ScriptFunction node)
        {
            Add(node.NameOrDoToken);
            base.Visit(node);
        }

        public override void Visit(ScriptParameter node)
        {
            Add(node.Name);
            base.Visit(node);
        }

        private void Add(ScriptNode? name)
        {
            if (name is ScriptVariableGlobal variable) known.Add(variable.Name);
        }
    }
}
