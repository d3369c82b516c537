using System.Net;

namespace MarketingAutomation.Endpoints;

/// <summary>What is recorded of one message, as its customer reads it.</summary>
/// <param name="Journey">Its name.</param>
/// <param name="Cause">Name of the event that started the run; null where a segment did, or where that is not known any more.</param>
/// <param name="Segment">Name of the segment whose entry started the run; null where an event did.</param>
/// <param name="Audience">Name of the segment that a broadcast went to; null where it is none.</param>
/// <param name="Since">When the run started, written.</param>
/// <param name="Sent">When the message went out, written; null where it has not, as far as is known.</param>
/// <param name="Topic">Its name.</param>
/// <param name="Consent">The customer's word on the topic; null where there is none.</param>
/// <param name="MayRefuse">Whether the topic can be refused at all.</param>
/// <param name="Law">Name of the jurisdiction that it was sent under; null where none asks for more than our own rules.</param>
/// <param name="IsTracked">Whether we may see, as things stand, what the customer opens and follows.</param>
internal sealed record WhyFacts(string Journey, string? Cause, string? Segment, string? Audience, string Since, string? Sent, string Topic, (bool Given, string At)? Consent, bool MayRefuse, string? Law, bool IsTracked);

/// <summary>The page that says in plain words why a message came, and ends it with one click.</summary>
internal static class WhyPage
{
    private sealed record Texts(
        string Lang, string Title, string Belongs, string Because, string ByEvent, string BySegment, string ByBroadcast, string Began, string Sent, string About,
        string Yes, string No, string Silent, string Needed, string Stop, string Preferences,
        string Under, string WeSee, string Seen, string Unseen);

    private static readonly Texts English = new(
        "en", "Why you got this message", "It belongs to", "It began for you because of", "“{0}”, which you or your device told us", "coming into the group “{0}”", "being in the group “{0}”, to which it was sent", "It began on", "This message was sent on", "It is about",
        "“{0}”. You said yes to this on {1}.", "“{0}”. You said no to this on {1}, and get no more of it.", "“{0}”. You have not refused this.", "“{0}”. You need to know this, so it always reaches you.",
        "No more messages about “{0}”", "Choose what you get",
        "It was sent under the rules for", "What we see of you", "Whether you open our messages, and which of their links you follow.", "Neither whether you open our messages nor which of their links you follow.");

    private static readonly Texts Chinese = new(
        "zh-CN", "为什么收到这封邮件", "所属流程", "触发原因", "您或您的设备上报的“{0}”", "进入分组“{0}”", "属于分组“{0}”，此消息发送给该分组", "开始时间", "发送时间", "主题",
        "“{0}”。您于 {1} 同意接收。", "“{0}”。您于 {1} 拒绝接收，不会再收到此类消息。", "“{0}”。您尚未拒绝接收。", "“{0}”。此类消息为必要通知，会一直发送给您。",
        "不再接收“{0}”的消息", "选择接收内容",
        "适用规则", "我们记录的内容", "您是否打开邮件以及点击了哪些链接。", "我们不记录您是否打开邮件，也不记录您点击了哪些链接。");

    /// <param name="unsubscribe">Where the one click goes, relative to the page.</param>
    /// <param name="preferences">The page of all topics, relative to the page.</param>
    public static string Of(string locale, WhyFacts facts, string unsubscribe, string preferences)
    {
        var texts = CustomerPage.IsChinese(locale) ? Chinese : English;
        var cause = facts.Cause is { } name ? Format(texts.ByEvent, name) : facts.Segment is { } segment ? Format(texts.BySegment, segment) : facts.Audience is { } audience ? Format(texts.ByBroadcast, audience) : null;
        var topic = !facts.MayRefuse ? Format(texts.Needed, facts.Topic)
            : facts.Consent is not { } word ? Format(texts.Silent, facts.Topic)
            : Format(word.Given ? texts.Yes : texts.No, facts.Topic, word.At);
        var stop = facts.MayRefuse && facts.Consent is not { Given: false } ? $"""<form method="post" action="{unsubscribe}?page"><button type="submit">{Format(texts.Stop, facts.Topic)}</button></form>""" : "";
        return CustomerPage.Of(texts.Lang, texts.Title, $"""
            <dl>{Line(texts.Belongs, Format("{0}", facts.Journey))}{Line(texts.Because, cause)}{Line(texts.Began, facts.Since)}{Line(texts.Sent, facts.Sent)}{Line(texts.About, topic)}{Line(texts.Under, facts.Law is { } law ? Format("{0}", law) : null)}{Line(texts.WeSee, facts.IsTracked ? texts.Seen : texts.Unseen)}</dl>
            {stop}<p class="more"><a href="{preferences}">{texts.Preferences}</a></p>
            """);
    }

    private static string Line(string what, string? said) => said is null ? "" : $"<dt>{what}</dt><dd>{said}</dd>";

    private static string Format(string text, params ReadOnlySpan<string> parts)
    {
        for (var i = 0; i < parts.Length; i++) text = text.Replace($"{{{i}}}", WebUtility.HtmlEncode(parts[i]), StringComparison.Ordinal);
        return text;
    }
}
