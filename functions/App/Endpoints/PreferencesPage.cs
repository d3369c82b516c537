using System.Net;
using System.Text;

namespace MarketingAutomation.Endpoints;

/// <summary>A topic as the customer sees it.</summary>
/// <param name="Yes">Whether the customer gets messages about it.</param>
internal sealed record TopicChoice(string Id, string Name, bool Yes);

/// <summary>The page on which the customer says yes or no to each topic.</summary>
internal static class PreferencesPage
{
    private sealed record Texts(string Lang, string Title, string Question, string Button, string Saved, string Nothing);

    private static readonly Texts English = new("en", "Choose what you get", "Messages about what is ticked reach you; all others do not.", "Save", "Saved.", "There is nothing to choose: we send only what you need to know.");
    private static readonly Texts Chinese = new("zh-CN", "选择接收内容", "您只会收到已勾选主题的消息。", "保存", "已保存。", "没有可选择的内容：我们只发送您必须了解的消息。");

    /// <param name="saved">Whether this answers a change.</param>
    public static string Of(string locale, IReadOnlyList<TopicChoice> topics, bool saved)
    {
        var texts = CustomerPage.IsChinese(locale) ? Chinese : English;
        if (topics.Count == 0) return CustomerPage.Of(texts.Lang, texts.Title, $"<p>{texts.Nothing}</p>");
        var form = new StringBuilder(saved ? $"""<p class="saved" role="status">{texts.Saved}</p>""" : "")
            .Append($"""<form method="post"><p>{texts.Question}</p><ul>""");
        foreach (var topic in topics)
            form.Append($"""<li><label><input type="checkbox" name="yes" value="{topic.Id}"{(topic.Yes ? " checked" : "")}>{WebUtility.HtmlEncode(topic.Name)}</label><input type="hidden" name="shown" value="{topic.Id}"></li>""");
        return CustomerPage.Of(texts.Lang, texts.Title, form.Append($"""</ul><button type="submit">{texts.Button}</button></form>""").ToString());
    }
}
