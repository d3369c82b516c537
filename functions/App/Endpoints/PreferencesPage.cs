using System.Net;
using System.Text;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Endpoints;

/// <summary>A topic as the customer sees it; <see cref="Customers.Consents.Tracking"/> among them.</summary>
/// <param name="Yes">Whether the customer gets messages about it.</param>
internal sealed record TopicChoice(string Id, string Name, bool Yes);

/// <summary>The page on which the customer says yes or no to each topic, and to being tracked.</summary>
internal static class PreferencesPage
{
    private sealed record Texts(string Lang, string Title, string Question, string Button, string Saved, string Nothing, string Apart, string Tracking);

    private static readonly Texts English = new("en", "Choose what you get", "Messages about what is ticked reach you; all others do not.", "Save", "Saved.", "There is nothing to choose: we send only what you need to know.", "Apart from that:",
        "You may see whether I open messages and which of their links I follow, to send me more of what I like and less of the rest.");
    private static readonly Texts Chinese = new("zh-CN", "选择接收内容", "您只会收到已勾选主题的消息。", "保存", "已保存。", "没有可选择的内容：我们只发送您必须了解的消息。", "另外：",
        "同意记录我是否打开邮件以及点击了哪些链接，以便多发我感兴趣的内容、少发其他内容。");

    /// <param name="saved">Whether this answers a change.</param>
    public static string Of(string locale, IReadOnlyList<TopicChoice> topics, bool saved)
    {
        var texts = CustomerPage.IsChinese(locale) ? Chinese : English;
        var form = new StringBuilder(saved ? $"""<p class="saved" role="status">{texts.Saved}</p>""" : "").Append("""<form method="post">""");
        Append(form, texts.Question, topics.Where(topic => topic.Id != Consents.Tracking));
        if (topics.All(topic => topic.Id == Consents.Tracking)) form.Append($"<p>{texts.Nothing}</p>");
        Append(form, texts.Apart, topics.Where(topic => topic.Id == Consents.Tracking));
        return CustomerPage.Of(texts.Lang, texts.Title, form.Append($"""<button type="submit">{texts.Button}</button></form>""").ToString());
    }

    /// <summary>What the customer says yes or no to where it is about being tracked.</summary>
    public static string TrackingText(string locale) => (CustomerPage.IsChinese(locale) ? Chinese : English).Tracking;

    private static void Append(StringBuilder form, string above, IEnumerable<TopicChoice> choices)
    {
        var items = string.Concat(choices.Select(choice => $"""<li><label><input type="checkbox" name="yes" value="{choice.Id}"{(choice.Yes ? " checked" : "")}>{WebUtility.HtmlEncode(choice.Name)}</label><input type="hidden" name="shown" value="{choice.Id}"></li>"""));
        if (items.Length > 0) form.Append($"<p>{above}</p><ul>{items}</ul>");
    }
}
