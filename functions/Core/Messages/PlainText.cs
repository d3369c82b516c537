using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace MarketingAutomation.Messages;

/// <summary>Makes readable plain text of HTML: paragraphs, lists, links as <c>text (address)</c>; nothing of what the reader does not see.</summary>
public sealed class PlainText
{
    private static readonly SearchValues<char> Blank = SearchValues.Create([.. Enumerable.Range(0, char.MaxValue).Select(c => (char)c).Where(char.IsWhiteSpace)]);

    private readonly StringBuilder text;
    private readonly Stack<int> lists = new();      // number of the next item; 0 in a list without numbers
    private readonly Stack<(string? Address, int From)> links = new();
    private int breaks;                             // line ends owed before the next word
    private bool space;                             // a blank owed before the next word

    private PlainText(int length) => text = new(length);

    public static string Of(string html)
    {
        var plain = new PlainText(html.Length / 2);
        plain.Read(html);
        return plain.text.ToString();
    }

    private void Read(ReadOnlySpan<char> html)
    {
        for (var at = 0; at < html.Length;)
        {
            if (html[at] != '<')
            {
                var length = html[at..].IndexOf('<');
                var end = length < 0 ? html.Length : at + length;
                Words(html[at..end]);
                at = end;
            }
            else if (html[at..].StartsWith("<!--")) at = After(html, at, "-->");
            else if (html[at..].StartsWith("<!") || html[at..].StartsWith("<?")) at = After(html, at, ">");
            else if (!HtmlTag.TryRead(html, at, out var tag)) Words(html.Slice(at++, 1));
            else at = Tag(html, tag);
        }
    }

    // Gives the index after the tag, or after its element where that is not for reading.
    private int Tag(ReadOnlySpan<char> html, HtmlTag tag)
    {
        Span<char> name = stackalloc char[Math.Min(tag.Name.Length, 16)];
        tag.Name[..name.Length].ToLowerInvariant(name);
        if (!tag.IsEnd && (name is "head" or "title" or "style" or "script" or "template" || IsHidden(html, tag))) return AfterElement(html, tag);
        switch (name)
        {
            case "br": breaks++; break;
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "table" or "blockquote" or "hr" or "pre": Break(2); break;
            case "div" or "tr" or "section" or "article" or "header" or "footer" or "center" or "dt" or "dd": Break(1); break;
            case "td" or "th": space = true; break;
            case "ul" or "ol": List(numbered: name is "ol", tag.IsEnd); break;
            case "li": Item(tag.IsEnd); break;
            case "a" when tag.IsEnd: EndLink(); break;
            case "a": links.Push((tag.TryAttribute("href", out var href) ? WebUtility.HtmlDecode(html[href].ToString()).Trim() : null, text.Length)); break;
            case "img" when tag.TryAttribute("alt", out var alt): Words(html[alt]); break;
            default: break;
        }
        return tag.End;
    }

    private void Break(int lines)
    {
        breaks = Math.Max(breaks, lines);
        space = false;
    }

    private void List(bool numbered, bool isEnd)
    {
        Break(lists.Count == (isEnd ? 1 : 0) ? 2 : 1);
        if (!isEnd) lists.Push(numbered ? 1 : 0);
        else lists.TryPop(out _);
    }

    private void Item(bool isEnd)
    {
        Break(1);
        if (isEnd) return;
        var depth = lists.Count;
        var number = lists.TryPop(out var next) ? next : 0;
        if (depth > 0) lists.Push(number == 0 ? 0 : number + 1);
        Word(new string(' ', 2 * Math.Max(0, depth - 1)) + (number == 0 ? "-" : number.ToString(CultureInfo.InvariantCulture) + "."));
        space = true;
    }

    private void EndLink()
    {
        if (!links.TryPop(out var link) || link.Address is not { } address || !IsReadable(address)) return;
        var shown = text.ToString(link.From, text.Length - link.From).Trim();
        if (shown == address || $"mailto:{shown}" == address || $"tel:{shown}" == address) return;
        space |= shown.Length > 0;
        Word(shown.Length == 0 ? address : $"({address})");
    }

    private static bool IsReadable(string address) => Array.Exists(["http:", "https:", "mailto:", "tel:"], scheme => address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    private void Words(ReadOnlySpan<char> source)
    {
        var words = source.Contains('&') ? WebUtility.HtmlDecode(source.ToString()) : source;
        while (!words.IsEmpty)
        {
            var start = words.IndexOfAnyExcept(Blank);
            if (start != 0) space = true;
            if (start < 0) return;
            words = words[start..];
            var length = words.IndexOfAny(Blank) is var end && end < 0 ? words.Length : end;
            Word(words[..length]);
            words = words[length..];
        }
    }

    private void Word(ReadOnlySpan<char> word)
    {
        if (text.Length > 0 && breaks > 0) text.Append('\n', Math.Min(breaks, 2));
        else if (text.Length > 0 && space) text.Append(' ');
        (breaks, space) = (0, false);
        text.Append(word);
    }

    // As preheaders are, which only the list of messages shows.
    private static bool IsHidden(ReadOnlySpan<char> html, HtmlTag tag) =>
        tag.TryAttribute("style", out var style) && html[style].Contains("display", StringComparison.OrdinalIgnoreCase)
        && html[style].ToString().Replace(" ", "", StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase);

    private static int AfterElement(ReadOnlySpan<char> html, HtmlTag element)
    {
        var at = element.End;
        if (element.Is("img") || element.Is("br") || element.Is("hr") || element.Is("input")) return at; // has no end tag
        for (var depth = 1; at < html.Length && depth > 0;)
        {
            var next = html[at..].IndexOf('<');
            if (next < 0) return html.Length;
            at += next;
            if (!HtmlTag.TryRead(html, at, out var tag)) at++;
            else
            {
                at = tag.End;
                if (tag.Is(element.Name)) depth += tag.IsEnd ? -1 : 1;
            }
        }
        return at;
    }

    private static int After(ReadOnlySpan<char> html, int at, ReadOnlySpan<char> mark) => html[at..].IndexOf(mark) is var found && found < 0 ? html.Length : at + found + mark.Length;
}
