using Scriban.Runtime;
using Scriban.Syntax;

namespace MarketingAutomation.Messages;

/// <summary>Finds the names a template uses that nobody gives it.</summary>
internal sealed class TemplateNames : ScriptVisitor
{
    private static readonly string[] Given = ["customer", "event", "journey", "locale", "message", "unsubscribe_url"];

    private readonly IReadOnlyCollection<string>? computed;
    private readonly HashSet<string> known = [.. Given, .. TemplateFunctions.All.Keys, "for", "while", "tablerow"];
    private readonly List<(int Line, string What)> problems = [];

    private TemplateNames(IReadOnlyCollection<string>? computed) => this.computed = computed;

    /// <param name="computed">Ids of the computed traits; null where they are not known.</param>
    /// <returns>Problems with their lines, counted from 0, in the order of the text.</returns>
    public static IReadOnlyList<(int Line, string What)> Check(ScriptPage page, IReadOnlyCollection<string>? computed = null)
    {
        var names = new TemplateNames(computed);
        new Assignments(names.known).Visit(page);   // first, because a name may be used before it is assigned further down
        names.Visit(page);
        return names.problems;
    }

    public override void Visit(ScriptVariableGlobal node)
    {
        if (!known.Contains(node.Name))
            Add(node, $"{node.Name} is not known here: use {string.Join(", ", Given)}, or a function of {string.Join(", ", TemplateFunctions.All.Keys.Order(StringComparer.Ordinal))}");
    }

    public override void Visit(ScriptMemberExpression node)
    {
        Visit(node.Target);                         // and not the member, which is no name by itself
        if (node is { Target: ScriptMemberExpression { Target: ScriptVariableGlobal { Name: "customer" }, Member.Name: "computed" }, Member.Name: { } trait } && computed?.Contains(trait) is false)
            Add(node, $"customer.computed.{trait} names no file in config/traits{Config.Words.DidYouMean(trait, computed)}");
        if (node is not { Target: ScriptVariableGlobal { Name: var group }, Member.Name: { } member }) return;

        if (group is "message" or "journey" && member != "id") Add(node, $"{group}.{member} does not exist: {group} has id only");
        else if (TemplateFunctions.All[group] is ScriptObject functions && !functions.ContainsKey(member))
            Add(node, $"{group}.{member} is not a function: {group} has {string.Join(", ", functions.Keys.Order(StringComparer.Ordinal))}");
    }

    public override void Visit(ScriptNamedArgument node) => Visit(node.Value);

    public override void Visit(ScriptObjectMember node) => Visit(node.Value);

    public override void Visit(ScriptParameter node) => Visit(node.DefaultValue);

    public override void Visit(ScriptWithStatement node) => Add(node, "with hides which names are meant: write the whole path, such as customer.address.city");

    public override void Visit(ScriptImportStatement node) => Add(node, "import is not available: write the whole path");

    private void Add(ScriptNode node, string what) => problems.Add((node.Span.Start.Line, what));

    /// <summary>Collects the names a template gives itself.</summary>
    private sealed class Assignments(HashSet<string> known) : ScriptVisitor
    {
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
