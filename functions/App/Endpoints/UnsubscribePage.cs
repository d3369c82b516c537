using System.Net;

namespace MarketingAutomation.Endpoints;

/// <summary>The pages behind a message's links, in the customer's language and in the look of the sample messages.</summary>
internal static class UnsubscribePage
{
    private sealed record Texts(string Lang, string Title, string Question, string Button, string DoneTitle, string Done, string UnknownTitle, string Unknown);

    private static readonly Texts English = new(
        "en", "Unsubscribe?", "You will get no more messages about “{0}”.", "Unsubscribe", "You are unsubscribed", "You will get no more messages about “{0}”. You can close this page.",
        "This link is not complete", "It may have been cut off. Please open it again from the message, or copy the whole of it.");

    private static readonly Texts Chinese = new(
        "zh-CN", "确定退订吗？", "退订后，您将不再收到“{0}”的消息。", "确认退订", "退订成功", "您将不再收到“{0}”的消息。您可以关闭此页面。",
        "链接不完整", "链接可能被截断了。请从邮件中重新打开，或复制完整的链接。");

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

    /// <param name="locale">What the browser asks for: whose link it was is not known.</param>
    public static string Unknown(string locale)
    {
        var texts = For(locale);
        return Page(texts.Lang, texts.UnknownTitle, $"<p>{texts.Unknown}</p>");
    }

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
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; --page: #f4f2ee; --card: #fff; --text: #1f2328 }
        @media (prefers-color-scheme: dark) { :root { --page: #15171a; --card: #22252a; --text: #f1f1ee } }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100svh; padding: 1rem; display: grid; place-items: center; font: 17px/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; background: var(--page); color: var(--text) }
        main { width: 100%; max-width: 30rem; padding: 2.5rem 2rem; border-radius: 12px; text-align: center; text-wrap: balance; background: var(--card) }
        h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.3 }
        p { margin: 0 }
        button { margin-top: 1.75rem; padding: .8rem 1.8rem; border: 0; border-radius: 8px; font: inherit; font-weight: bold; background: #0b6e4f; color: #fff; cursor: pointer }
        button:focus-visible { outline: 3px solid #5bb899; outline-offset: 3px }
        @media (max-width: 26rem) { button { width: 100% } }
        </style>
        </head>
        <body><main><h1>{{title}}</h1>{{body}}</main></body>
        </html>
        """;
}
