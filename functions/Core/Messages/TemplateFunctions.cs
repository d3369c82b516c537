using System.Net;
using Scriban.Functions;
using Scriban.Runtime;

namespace MarketingAutomation.Messages;

/// <summary>Text that is HTML already and is not escaped once more.</summary>
internal sealed record SafeHtml(string Html)
{
    public override string ToString() => Html;
}

/// <summary>The functions templates may call: Scriban's own, without those that know the clock, draw lots, read files or run text as a template, and ours.</summary>
internal static class TemplateFunctions
{
    /// <summary>One for all; read-only, so threads share it.</summary>
    public static readonly ScriptObject All = Make();

    private static ScriptObject Make()
    {
        var all = new ScriptObject();
        var scriban = new BuiltinFunctions();
        foreach (var name in (string[])["array", "empty", "html", "math", "object", "string"]) all[name] = scriban[name];

        Without("math", "random", "uuid");
        Without("object", "eval", "eval_template", "default");
        Without("html", "strip", "escape", "newline_to_br");
        Without("string", "truncate");
        ((ScriptObject)all["html"]!).Import(typeof(Html));
        all.Import(typeof(TemplateFilters), method => method.Name != nameof(TemplateFilters.IsDateStyle) && method is System.Reflection.MethodInfo);

        foreach (var group in all.Values.OfType<ScriptObject>()) group.IsReadOnly = true;
        all.IsReadOnly = true;
        return all;

        void Without(string group, params ReadOnlySpan<string> names)
        {
            foreach (var name in names) ((ScriptObject)all[group]!).Remove(name);
        }
    }

    private static class Html
    {
        public static SafeHtml? Escape(string? text) => text is null ? null : new(WebUtility.HtmlEncode(text));

        public static SafeHtml? NewlineToBr(string? text) => text is null ? null : new(WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>"));

        public static string? Strip(string? html) => html is null ? null : PlainText.Of(html);
    }
}
