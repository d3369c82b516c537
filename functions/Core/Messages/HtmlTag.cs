using System.Buffers;

namespace MarketingAutomation.Messages;

/// <summary>One tag of an HTML text, found without building a tree.</summary>
internal readonly ref struct HtmlTag
{
    private static readonly SearchValues<char>
        NameEnd = SearchValues.Create(" \t\r\n\f/>"), AttributeEnd = SearchValues.Create(" \t\r\n\f/>="), ValueEnd = SearchValues.Create(" \t\r\n\f>"),
        DoubleQuote = SearchValues.Create("\""), SingleQuote = SearchValues.Create("'");

    private readonly ReadOnlySpan<char> html;
    private readonly int attributes;

    private HtmlTag(ReadOnlySpan<char> html, ReadOnlySpan<char> name, bool isEnd, int attributes)
    {
        this.html = html;
        this.attributes = attributes;
        Name = name;
        IsEnd = isEnd;
        var at = attributes;
        while (NextAttribute(ref at, out _, out _)) { }
        End = at;
    }

    public ReadOnlySpan<char> Name { get; }

    /// <summary><c>&lt;/name&gt;</c></summary>
    public bool IsEnd { get; }

    /// <summary>Index of the first character after the tag.</summary>
    public int End { get; }

    public bool Is(ReadOnlySpan<char> name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the tag that starts with the <c>&lt;</c> at <paramref name="at"/>; false where that is mere text, a comment or a declaration.</summary>
    public static bool TryRead(ReadOnlySpan<char> html, int at, out HtmlTag tag)
    {
        tag = default;
        var isEnd = at + 1 < html.Length && html[at + 1] == '/';
        var start = at + (isEnd ? 2 : 1);
        if (start >= html.Length || !char.IsAsciiLetter(html[start])) return false;

        var length = html[start..].IndexOfAny(NameEnd);
        if (length < 0) return false;
        tag = new(html, html.Slice(start, length), isEnd, start + length);
        return html[tag.End - 1] == '>';
    }

    /// <summary>Value of an attribute as written, entities and all; false where the tag does not have it, or without a value.</summary>
    /// <param name="value">Where in the HTML it stands, without quotes.</param>
    public bool TryAttribute(ReadOnlySpan<char> name, out Range value)
    {
        value = default;
        if (attributes + 1 == End) return false;
        var at = attributes;
        while (NextAttribute(ref at, out var found, out value))
            if (html[found].Equals(name, StringComparison.OrdinalIgnoreCase)) return value.End.Value > value.Start.Value;
        return false;
    }

    // Leaves `at` after the attribute, or after the tag's end, or at the end of a text that breaks off.
    private bool NextAttribute(ref int at, out Range name, out Range value)
    {
        name = value = default;
        while (at < html.Length && (char.IsWhiteSpace(html[at]) || html[at] == '/')) at++;
        if (at >= html.Length || html[at] == '>')
        {
            at = Math.Min(at + 1, html.Length);
            return false;
        }

        name = Take(ref at, AttributeEnd, atLeast: 1);
        var equals = at;
        while (equals < html.Length && char.IsWhiteSpace(html[equals])) equals++;
        if (equals >= html.Length || html[equals] != '=') return true;

        at = equals + 1;
        while (at < html.Length && char.IsWhiteSpace(html[at])) at++;
        if (at < html.Length && html[at] is '"' or '\'')
        {
            value = Take(ref at, html[at++] == '"' ? DoubleQuote : SingleQuote);
            at = Math.Min(at + 1, html.Length);
        }
        else value = Take(ref at, ValueEnd);
        return true;
    }

    private Range Take(ref int at, SearchValues<char> until, int atLeast = 0)
    {
        var start = at;
        var length = html[(start + atLeast)..].IndexOfAny(until);
        at = length < 0 ? html.Length : start + atLeast + length;
        return start..at;
    }
}
