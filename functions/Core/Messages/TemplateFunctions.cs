using System.Globalization;
using System.Net;
using NodaTime;
using Scriban.Functions;
using Scriban.Runtime;

namespace MarketingAutomation.Messages;

/// <summary>Text that is HTML already and is not escaped once more.</summary>
internal sealed record SafeHtml(string Html)
{
    public override string ToString() => Html;
}

/// <summary>The functions templates may call: Scriban's own, without those that know the clock, draw lots, read files or run text as a template.</summary>
internal static class TemplateFunctions
{
    /// <summary>One for all; read-only, so threads share it.</summary>
    public static readonly ScriptObject All = Make();

    private static ScriptObject Make()
    {
        var all = new ScriptObject();
        var scriban = new BuiltinFunctions();
        foreach (var name in (string[])["array", "empty", "html", "math", "object", "string"]) all[name] = scriban[name];

        var (math, objects, html, date) = ((ScriptObject)all["math"]!, (ScriptObject)all["object"]!, (ScriptObject)all["html"]!, new ScriptObject());
        foreach (var name in (string[])["random", "uuid"]) math.Remove(name);
        foreach (var name in (string[])["eval", "eval_template"]) objects.Remove(name);
        foreach (var name in (string[])["strip", "escape", "newline_to_br"]) html.Remove(name);
        html.Import(typeof(Html));
        date.Import(typeof(Date));
        all["date"] = date;
        all.Import("safe", (Func<string?, SafeHtml?>)(text => text is null ? null : new(text)));

        foreach (var group in all.Values.OfType<ScriptObject>()) group.IsReadOnly = true;
        all.IsReadOnly = true;
        return all;
    }

    private static class Html
    {
        public static SafeHtml? Escape(string? text) => text is null ? null : new(WebUtility.HtmlEncode(text));

        public static SafeHtml? NewlineToBr(string? text) => text is null ? null : new(WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>"));

        public static string? Strip(string? html) => html is null ? null : PlainText.Of(html);
    }

    private static class Date
    {
        /// <summary>Writes an ISO 8601 instant or date.</summary>
        /// <param name="format">.NET date format, such as <c>yyyy-MM-dd HH:mm</c>.</param>
        /// <param name="zone">IANA zone, such as <c>Asia/Shanghai</c>; UTC where not given. A date alone is the same in every zone.</param>
        public static string? Format(string? text, string format, string? zone = null)
        {
            if (text is null) return null;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return day.ToDateTime(default).ToString(format, CultureInfo.InvariantCulture);
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                throw new ArgumentException("This is not a date.", nameof(text));
            var there = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone ?? "UTC") ?? throw new ArgumentException("This is not an IANA time zone.", nameof(zone));
            return Instant.FromDateTimeOffset(at).InZone(there).ToDateTimeOffset().ToString(format, CultureInfo.InvariantCulture);
        }
    }
}
