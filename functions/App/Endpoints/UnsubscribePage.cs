using System.Net;

namespace MarketingAutomation.Endpoints;

/// <summary>The pages behind an unsubscribe link, in the customer's language.</summary>
internal static class UnsubscribePage
{
    private sealed record Texts(string Lang, string Title, string Question, string Button, string DoneTitle, string Done);

    private static readonly Texts English = new("en", "Unsubscribe", "No more messages about “{0}”?", "Unsubscribe", "You are unsubscribed", "You will get no more messages about “{0}”.");
    private static readonly Texts Chinese = new("zh-CN", "退订", "不再接收“{0}”的消息？", "确认退订", "退订成功", "您将不再收到“{0}”的消息。");

    public static string Ask(string locale, string topic)
    {
        var texts = For(locale);
        return Page(texts.Lang, texts.Title, $"""<p>{Format(texts.Question, topic)}</p><form method="post" action="?page"><button type="submit">{texts.Button}</button></form>""");
    }

    public static string Done(string locale, string topic)
    {
        var texts = For(locale);
        return Page(texts.Lang, texts.DoneTitle, $"<p>{Format(texts.Done, topic)}</p>");
    }

    public static string Unknown() => Page("en", "This link is not complete", "<p>It may have been cut off. Please open it again from the message, or copy the whole of it.</p>");

    private static Texts For(string locale) => locale.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Chinese : English;

    private static string Format(string text, string topic) => text.Replace("{0}", WebUtility.HtmlEncode(topic), StringComparison.Ordinal);

    private static string Page(string lang, string title, string body) => $$"""
        <!doctype html>
        <html lang="{{lang}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{title}}</title>
        <style>
        :root { color-scheme: light dark }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 17px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText }
        main { max-width: 30rem; padding: 2rem; text-align: center }
        h1 { font-size: 1.5rem }
        button { font: inherit; padding: .7rem 1.6rem; border: 0; border-radius: .5rem; background: #1f5fd0; color: #fff; cursor: pointer }
        button:focus-visible { outline: 3px solid #8ab4ff; outline-offset: 2px }
        </style>
        </head>
        <body><main><h1>{{title}}</h1>{{body}}</main></body>
        </html>
        """;
}
