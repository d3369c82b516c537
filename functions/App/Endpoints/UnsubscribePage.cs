using System.Net;

namespace MarketingAutomation.Endpoints;

/// <summary>The pages behind a message's links, in the customer's language and in the look of the sample messages.</summary>
internal static class UnsubscribePage
{
    private sealed record Texts(string Lang, string Title, string Question, string Button, string DoneTitle, string Done, string UnknownTitle, string Unknown, string GoneTitle, string Gone);

    private static readonly Texts English = new(
        "en", "Unsubscribe?", "You will get no more messages about “{0}”.", "Unsubscribe", "You are unsubscribed", "You will get no more messages about “{0}”. You can close this page.",
        "This link is not complete", "It may have been cut off. Please open it again from the message, or copy the whole of it.",
        "This message is no longer here", "We do not keep it, or not any more. What you have in your mailbox is all there is of it.");

    private static readonly Texts Chinese = new(
        "zh-CN", "确定退订吗？", "退订后，您将不再收到“{0}”的消息。", "确认退订", "退订成功", "您将不再收到“{0}”的消息。您可以关闭此页面。",
        "链接不完整", "链接可能被截断了。请从邮件中重新打开，或复制完整的链接。",
        "此邮件已不在这里", "我们没有保存这封邮件，或已将其删除。您邮箱中的邮件即为全部内容。");

    public static string Ask(string locale, string topic)
    {
        var texts = For(locale);
        return CustomerPage.Of(texts.Lang, texts.Title, $"""<p>{Format(texts.Question, topic)}</p><form method="post" action="?page"><button type="submit">{texts.Button}</button></form>""");
    }

    public static string Done(string locale, string topic)
    {
        var texts = For(locale);
        return CustomerPage.Of(texts.Lang, texts.DoneTitle, $"<p>{Format(texts.Done, topic)}</p>");
    }

    /// <param name="locale">What the browser asks for: whose link it was is not known.</param>
    public static string Unknown(string locale)
    {
        var texts = For(locale);
        return CustomerPage.Of(texts.Lang, texts.UnknownTitle, $"<p>{texts.Unknown}</p>");
    }

    /// <summary>A message that can not be shown.</summary>
    /// <param name="locale">What the browser asks for.</param>
    public static string Gone(string locale)
    {
        var texts = For(locale);
        return CustomerPage.Of(texts.Lang, texts.GoneTitle, $"<p>{texts.Gone}</p>");
    }

    private static Texts For(string locale) => CustomerPage.IsChinese(locale) ? Chinese : English;

    private static string Format(string text, string topic) => text.Replace("{0}", WebUtility.HtmlEncode(topic), StringComparison.Ordinal);
}
