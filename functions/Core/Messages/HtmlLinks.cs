using System.Net;
using System.Text;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

/// <summary>Makes the links of an HTML text tell when they are followed, and the text when it is shown.</summary>
public static class HtmlLinks
{
    /// <summary>
    /// Leads every <c>&lt;a href&gt;</c> to an http or https address over its tracked link. The unsubscribe link, links that are tracked already,
    /// and everything that is no <see cref="LinkTarget"/> stay as they are.
    /// </summary>
    public static string Follow(string html, DeliveryLinks links, string? unsubscribeUrl)
    {
        var tracked = new StringBuilder(html.Length + 1024);
        int copied = 0, link = 0;
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = html.IndexOf('<', at + 1))
        {
            if (at + 1 == html.Length || (html[at + 1] | ' ') != 'a' || !HtmlTag.TryRead(html, at, out var tag) || !tag.Is("a") || !tag.TryAttribute("href", out var href)) continue;

            var address = WebUtility.HtmlDecode(html[href]).Trim();
            if (address == unsubscribeUrl || links.Links.IsOurs(address) || !LinkTarget.TryRead(address, out var target)) continue;
            tracked.Append(html, copied, href.Start.Value - copied).Append(links.Click(link++, target));
            copied = href.End.Value;
        }
        return tracked.Append(html, copied, html.Length - copied).ToString();
    }

    /// <summary>Puts a pixel before <c>&lt;/body&gt;</c>, or at the end.</summary>
    public static string WithPixel(string html, DeliveryLinks links)
    {
        var end = html.LastIndexOf("</body", StringComparison.OrdinalIgnoreCase) is >= 0 and var body ? body : html.Length;
        return html.Insert(end, $"<img src=\"{links.Open()}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">");
    }
}
