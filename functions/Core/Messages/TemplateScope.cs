using System.Buffers;
using System.Numerics;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace MarketingAutomation.Messages;

/// <summary>Renders templates within limits, escapes what is shown in HTML, and notices when something shown is missing.</summary>
internal sealed class TemplateScope : TemplateContext
{
    /// <summary>Longest text one template may make, in characters; Gmail cuts messages at a fifth of this.</summary>
    public const int MostCharacters = 500_000;

    /// <summary>
    /// Most steps one template may take, so that it ends in a fraction of a second whatever it says: one for each part that is evaluated, more
    /// for those of great size. The sample's messages take some hundred.
    /// </summary>
    public const int MostSteps = 100_000;

    private const int MostIncludes = 20, MostBits = 256, CharactersPerStep = 256, ItemsPerStep = 16;

    private static readonly SearchValues<char> Special = SearchValues.Create("<>&\"'");

    // Says something of nothing, rather than showing it.
    private static readonly HashSet<string> TellsOfNothing =
        ["default", "object.size", "object.typeof", "object.kind", "array.size", "array.any", "array.contains", "string.empty", "string.whitespace"];

    [ThreadStatic]
    private static TemplateScope? spare;

    private TemplateSurroundings surroundings = null!;
    private int steps, includes;

    private TemplateScope() : base(TemplateFunctions.All)
    {
        AutoIndent = false;
        NewLine = "\n";
        StrictVariables = true;                     // an unknown name is an error,
        TryGetMember = UnknownMember;               // as is an unknown function,
        EnableRelaxedTargetAccess = true;           // but an unknown part of customer or event is missing data
        EnableNullIndexer = true;
        LoopLimit = 1000;
        RecursiveLimit = 30;
        ObjectRecursionLimit = 20;
        LimitToString = MostCharacters;
        OutputLimit = MostCharacters;
        OnStringLimit = ScriptLimitBehavior.Throw;
        OnOutputLimit = ScriptLimitBehavior.Throw;
        RegexTimeOut = TimeSpan.FromMilliseconds(100);
    }

    /// <summary>The first thing shown that there is not, as written in the template; null where nothing is missing.</summary>
    public string? Missing { get; private set; }

    public LocaleFormats Formats => surroundings.Formats;

    public string Zone => surroundings.Zone;

    /// <summary>Renders with a scope kept per thread: making one costs more than a render.</summary>
    /// <exception cref="ScriptRuntimeException">The template fails with this data.</exception>
    public static (string Text, string? Missing) Render(Template template, ScriptObject globals, TemplateSurroundings surroundings)
    {
        var scope = spare ?? new();
        spare = null;                               // and not given back after a failure, which may leave anything behind
        scope.surroundings = surroundings;
        (scope.Missing, scope.steps, scope.includes) = (null, 0, 0);
        scope.PushGlobal(globals);
        try
        {
            var text = template.Render(scope);
            var missing = scope.Missing;
            scope.Reset();
            spare = scope;
            return (text, missing);
        }
        catch (ScriptRuntimeException) when (scope.Missing is not null)
        {
            return ("", scope.Missing);             // whatever failed, failed for want of this
        }
    }

    /// <summary>Called for every statement's value.</summary>
    public override TemplateContext Write(SourceSpan span, object? textAsObject)
    {
        if (!surroundings.IsHtml || textAsObject is SafeHtml or StringBuilderOutput) return base.Write(span, textAsObject); // captured output is escaped already
        return ObjectToString(textAsObject) is { } text ? Escape(text) : this;
    }

    /// <summary>Called for every node; a null that would be shown is noted, unless a <c>??</c> takes its place.</summary>
    public override object? Evaluate(ScriptNode? scriptNode, bool aliasReturnedFunction)
    {
        var before = Missing;
        Take(1);
        var value = base.Evaluate(scriptNode, aliasReturnedFunction);
        Take(WeightOf(value));
        if (value is null && scriptNode is ScriptExpression expression)
            Missing = HasFallback(expression) ? before : Missing ?? (IsShown(expression) ? expression.ToString() : null);
        return value;
    }

    /// <summary>Renders a partial in place.</summary>
    /// <returns>What it says, escaped already where it is HTML.</returns>
    /// <exception cref="ScriptRuntimeException">There is no such partial.</exception>
    public object Include(string name)
    {
        if (surroundings.Partials.Find(name) is not { HasErrors: false } partial) throw new ScriptRuntimeException(CurrentSpan, "There is no such partial.");
        if (includes == MostIncludes) throw new ScriptRuntimeException(CurrentSpan, "Partials include each other too deeply.");
        includes++;
        PushOutput();
        try
        {
            var text = partial.Render(this);
            return surroundings.IsHtml ? new SafeHtml(text) : text;
        }
        finally
        {
            PopOutput();
            includes--;
        }
    }

    public override void Import(SourceSpan span, object objectToImport) => throw new ScriptRuntimeException(span, "import is not available.");

    private void Take(int more)
    {
        if ((steps += more) > MostSteps) throw new ScriptRuntimeException(CurrentSpan, "The template takes too many steps.");
    }

    private int WeightOf(object? value) => value switch
    {
        string text => text.Length / CharactersPerStep,
        BigInteger number when number.GetBitLength() > MostBits => throw new ScriptRuntimeException(CurrentSpan, "The number is too large."),
        System.Collections.IList list => list.Count / ItemsPerStep,
        _ => 0,
    };

    private TemplateScope Escape(string text)
    {
        var rest = 0;
        for (var next = text.AsSpan().IndexOfAny(Special); next >= 0;)
        {
            Write(text, rest, next - rest);
            Write(text[next] switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '"' => "&quot;", _ => "&#39;" });
            rest = next + 1;
            var more = text.AsSpan(rest).IndexOfAny(Special);
            next = more < 0 ? -1 : rest + more;
        }
        Write(text, rest, text.Length - rest);
        return this;
    }

    private static bool UnknownMember(TemplateContext context, SourceSpan span, object target, string member, out object? value)
    {
        value = null;
        return TemplateFunctions.All.Values.Any(group => ReferenceEquals(group, target)) ? throw new ScriptRuntimeException(span, "This function does not exist.") : false;
    }

    private static bool HasFallback(ScriptNode node) => node.Parent switch
    {
        ScriptNestedExpression nested => HasFallback(nested),
        ScriptBinaryExpression { Operator: ScriptBinaryOperator.EmptyCoalescing } either => either.Left == node,
        _ => false,
    };

    // Whether a missing value would leave a gap in the text: followed up to the statement, it is neither asked about nor stored.
    private bool IsShown(ScriptNode node) => node.Parent switch
    {
        ScriptExpressionStatement => node is not ScriptAssignExpression && !IsTemplateFunction(node),
        ScriptPipeCall pipe => node == pipe.From && IsShownThrough(node),   // what it is piped to shows through the pipe
        ScriptFunctionCall call => node != call.Target && !TellsOfNothingIn(call.Target) && IsShownThrough(call),
        ScriptBinaryExpression test when IsTest(test.Operator) => false,
        ScriptUnaryExpression { Operator: ScriptUnaryOperator.Not } => false,
        ScriptConditionalExpression choice when node == choice.Condition => false,
        ScriptExpression or ScriptList => IsShown(node.Parent),
        _ => false,
    };

    // As IsShown, for what a pipe takes on.
    private bool IsShownThrough(ScriptNode node) => node.Parent is ScriptPipeCall pipe ? (node == pipe.To || !TellsOfNothingIn(pipe.To)) && IsShownThrough(pipe) : IsShown(node);

    private static bool TellsOfNothingIn(ScriptNode? function) => function switch
    {
        ScriptPipeCall pipe => TellsOfNothingIn(pipe.From) || TellsOfNothingIn(pipe.To),
        ScriptFunctionCall call => TellsOfNothingIn(call.Target),
        ScriptMemberExpression or ScriptVariableGlobal => TellsOfNothing.Contains(function.ToString()),
        _ => false,
    };

    // A function the template made itself has written what it had to say.
    private bool IsTemplateFunction(ScriptNode node) =>
        node is ScriptVariable or ScriptFunctionCall && base.Evaluate(node is ScriptFunctionCall call ? call.Target : node, aliasReturnedFunction: true) is ScriptFunction;

    private static bool IsTest(ScriptBinaryOperator operation) => operation is
        ScriptBinaryOperator.CompareEqual or ScriptBinaryOperator.CompareNotEqual or ScriptBinaryOperator.CompareGreater or ScriptBinaryOperator.CompareGreaterOrEqual
        or ScriptBinaryOperator.CompareLess or ScriptBinaryOperator.CompareLessOrEqual or ScriptBinaryOperator.And or ScriptBinaryOperator.Or;
}

/// <summary>What a template is rendered in.</summary>
/// <param name="IsHtml">Everything shown is escaped unless marked <c>safe</c>.</param>
/// <param name="Zone">IANA zone of dates.</param>
internal sealed record TemplateSurroundings(bool IsHtml, LocaleFormats Formats, string Zone, PartialsFor Partials);
