using System.Text;
using MarketingAutomation.Jurisdictions;
using Scriban;
using Scriban.Runtime;
using Scriban.Syntax;

namespace MarketingAutomation.Messages;

/// <summary>Makes a message's texts for one customer. The same input gives the same texts; nothing is thrown.</summary>
public static class MessageRenderer
{
    public static Rendering Render(MessageFolder folder, RenderContext context)
    {
        var bodies = CompiledMessage.Of(folder).Bodies;
        if (Locales.Choose(context.Locale, context.DefaultLocale, [.. bodies.Keys]) is not { } locale)
            return new Rendering.Broken($"messages/{context.Message} has no texts in the default language {context.DefaultLocale}");

        var body = bodies[locale];
        var data = new Source(context, body, locale);
        return data.Render(body.Subject, $"message.json $.subject.{locale}") is not { } subject ? data.Failure!
            : data.Render(body.Html, $"{locale}.html", isHtml: true) is not { } html ? data.Failure!
            : (body.Text is null ? PlainText.Of(html) : data.Render(body.Text, $"{locale}.txt")) is not { } text ? data.Failure!
            : OneLine(subject) is not { Length: > 0 } line ? new Rendering.Broken($"messages/{context.Message}/message.json $.subject.{locale}: the subject comes out empty")
            : Ready(context, line, html, text, locale);
    }

    private static Rendering.Ready Ready(RenderContext context, string subject, string html, string text, string locale)
    {
        if (context.SubjectPrefix is { } prefixes) subject = SubjectPrefix.Put(subject, prefixes, locale, context.DefaultLocale);
        var leadsToView = context.ViewUrl is { } view && (html.Contains(view, StringComparison.Ordinal) || text.Contains(view, StringComparison.Ordinal));
        var followed = context.Tracking is { } links ? HtmlLinks.Follow(html, links, context.UnsubscribeUrl) : html;
        return new(subject, context.Tracking is null ? followed : HtmlLinks.WithPixel(followed, context.Tracking), text, locale) { Page = leadsToView ? followed : null };
    }

    // A line break in a subject could start another header.
    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
            if (!char.IsControl(c) && c is not ('\u2028' or '\u2029')) line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
        return line.ToString().Trim();
    }

    /// <summary>What the templates of one message read, converted once for all of them, and the first failure.</summary>
    private sealed class Source(RenderContext context, CompiledBody body, string locale)
    {
        private readonly LocaleFormats formats = LocaleFormats.Of(locale);
        private readonly ScriptObject customer = TemplateData.Of(context.Traits), entry = TemplateData.ObjectOf(context.Event);

        public Rendering? Failure { get; private set; }

        public string? Render(Template template, string file, bool isHtml = false)
        {
            var path = $"messages/{context.Message}/{file}";
            if (template.HasErrors)
            {
                Failure = new Rendering.Broken($"{path} does not parse: {template.Messages[0]}");
                return null;
            }
            try
            {
                var (text, missing) = TemplateScope.Render(template, Names(), new(isHtml, formats, context.Zone, isHtml ? body.HtmlPartials : body.TextPartials));
                if (missing is null) return text;
                Failure = new Rendering.MissingData(missing);
            }
            catch (ScriptRuntimeException failure)
            {
                Failure = new Rendering.Broken($"{Partials.PathIn(failure.Span) ?? path} (line {failure.Span.Start.Line + 1}) fails with this customer's data"); // its own message may quote them
            }
            return null;
        }

        // New for every template, because what a template assigns lands here.
        private ScriptObject Names() => new(13)
        {
            ["customer"] = customer,
            ["event"] = entry,
            ["message"] = new ScriptObject(1) { ["id"] = context.Message },
            ["journey"] = new ScriptObject(1) { ["id"] = context.Journey },
            ["segments"] = TemplateData.SetOf(context.Segments),
            ["locale"] = locale,
            ["unsubscribe_url"] = context.UnsubscribeUrl,
            ["preferences_url"] = context.PreferencesUrl,
            ["why_url"] = context.WhyUrl,
            ["view_url"] = context.ViewUrl,
        };
    }
}
