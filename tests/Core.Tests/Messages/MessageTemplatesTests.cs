using System.Collections.Immutable;

namespace MarketingAutomation.Messages;

public class MessageTemplatesTests
{
    [Fact]
    public void A_sound_message_has_no_problems() => Assert.Empty(MessageTemplates.Check("order", Sample.OrderConfirmation));

    [Theory]
    [InlineData("<p>\n{{ if }}</p>", 2, "cannot be read as Scriban")]
    [InlineData("\n\n{{ customer.name + }}", 3, "cannot be read as Scriban")]
    [InlineData("\n{{ costumer.name }}", 2, "costumer is not known here: use customer, event, journey, locale, message, preferences_url, segments, unsubscribe_url, view_url, why_url, or a function of array, date, ")]
    [InlineData("{{ x ?? 'y' }}", 1, "x is not known here")]
    [InlineData("{{ for i in items }}{{ i }}{{ end }}", 1, "items is not known here")]
    [InlineData("{{ customer.name | shout }}", 1, "shout is not known here")]
    [InlineData("{{ include 'foter' }}", 1, "include \"foter\" names no foter.html in messages/_partials; did you mean \"footer\"?")]
    [InlineData("{{ include customer.name }}", 1, "include needs one name that is written out")]
    [InlineData("{{ include 'footer' 'x' }}", 1, "include needs one name that is written out")]
    [InlineData("{{ segments['vip'] }}", 1, "\"vip\" names no file in config/segments")]
    [InlineData("{{ segments.lapsd }}", 1, "\"lapsd\" names no file in config/segments; did you mean \"lapsed\"?")]
    [InlineData("{{ customer.computed.lifetime_valu | number }}", 1, "customer.computed.lifetime_valu names no file in config/traits; did you mean \"lifetime_value\"?")]
    [InlineData("{{ segments[customer.name] }}", 1, "segments is asked with a name that is written out")]
    [InlineData("{{ event.at | date 'short' }}", 1, "date cannot write \"short\": use \"medium\", \"long\", \"full\" or \"time\", or a pattern")]
    [InlineData("{{ date event.at 'd of MMMM' }}", 1, "date cannot write \"d of MMMM\"")]
    [InlineData("{{ customer.name | string.shout }}", 1, "string.shout is not a function: string has append, ")]
    [InlineData("{{ math.random 1 2 }}", 1, "math.random is not a function: math has abs, ")]
    [InlineData("{{ date.now }}", 1, "date.now does not exist: date is a function, used as value | date")]
    [InlineData("{{ message.name }}", 1, "message.name does not exist: message has id only")]
    [InlineData("{{ with customer }}{{ name }}{{ end }}", 1, "with hides which names are meant")]
    [InlineData("{{ import customer }}", 1, "import is not available")]
    public void A_mistake_is_told_with_its_line_and_what_to_write_instead(string html, int line, string what)
    {
        var problem = Assert.Single(MessageTemplates.Check("welcome", Sample.Folder(("en", "Hi", html)) with { Partials = Footer }, Known), problem => problem.What.StartsWith(what, StringComparison.Ordinal));
        Assert.Equal($"messages/welcome/en.html (line {line})", problem.Where);
    }

    [Theory]
    [InlineData("{{ x = customer.name }}{{ x }}")]
    [InlineData("{{ capture x }}a{{ end }}{{ x }}")]
    [InlineData("{{ for item in event.items limit: 3 }}{{ for.index }}{{ item.name }}{{ end }}")]
    [InlineData("{{ func f(a, b = 1) }}{{ a }}{{ b }}{{ end }}{{ f 1 b: 2 }}")]
    [InlineData("{{ customer.tags | array.filter @(do; ret $0 == 'b'; end) }}")]
    [InlineData("{{ o = { a: 1 } }}{{ o.a }}")]
    [InlineData("{{ customer['date'].now }}")]
    [InlineData("{{ customer.computed.lifetime_value | money 'EUR' }}")]
    [InlineData("{{ x = 1 }}{{ include 'footer' }}{{ shop }}")]
    [InlineData("{{ x = 1; include 'footer'; if segments.lapsed || segments['high-value'] }}{{ event.at | date 'd. MMMM' }}{{ end }}")]
    public void Names_a_template_gives_itself_are_known(string html) => Assert.Empty(MessageTemplates.Check("welcome", Sample.Folder(("en", "Hi", html)) with { Partials = Footer }, Known));

    [Fact]
    public void A_mistake_in_a_partial_is_told_with_the_partials_file_and_line() => Assert.Equal(
        ["messages/_partials/footer.html (line 2): x is not known here"],
        MessageTemplates.Check("welcome", Sample.Folder(("en", "Hi", "{{ include 'footer' }}")) with { Partials = Footer }, Known).Select(problem => $"{problem}".Split(':') is var parts ? $"{parts[0]}:{parts[1]}" : ""));

    [Fact]
    public void Every_use_of_safe_is_noted_and_is_no_problem()
    {
        var folder = Sample.Folder(("en", "{{ customer.a | safe }}", "{{ customer.bio | string.strip | safe }}\n{{ safe event.html }}{{ include 'raw' }}")) with { Partials = Files(("raw.html", "\n{{ customer.x | safe }}")) };
        Assert.Empty(MessageTemplates.Check("welcome", folder));
        Assert.Equal(
            [
                "messages/welcome/en.html (line 1): customer.bio|string.strip|safe is shown as HTML", "messages/welcome/en.html (line 2): safe event.html is shown as HTML",
                "messages/_partials/raw.html (line 2): customer.x|safe is shown as HTML",
            ],
            MessageTemplates.Notes("welcome", folder).Select(note => $"{note}".Split(',')[0]));
    }

    [Fact]
    public void A_language_whose_way_of_writing_numbers_is_not_known_is_noted() =>
        Assert.StartsWith("money does not know how sv is written", Assert.Single(MessageTemplates.Notes("welcome", Sample.Folder(("sv", "Hej", "{{ event.total | money 'SEK' }}")))).What, StringComparison.Ordinal);

    [Fact]
    public void Every_mistake_is_told_at_once_in_the_order_of_the_files()
    {
        var folder = Sample.Folder(("en", "{{ a }}", "{{ b }}\n{{ c }}"), ("zh-CN", "{{ d }}", "x"));
        folder = folder with { Bodies = folder.Bodies.SetItem("zh-CN", new("x", "{{ e }}")) };
        Assert.Equal(
            [
                "messages/welcome/message.json $.subject.en", "messages/welcome/message.json $.subject.zh-CN",
                "messages/welcome/en.html (line 1)", "messages/welcome/en.html (line 2)", "messages/welcome/zh-CN.txt (line 1)",
            ],
            MessageTemplates.Check("welcome", folder).Select(problem => problem.Where));
    }

    [Fact]
    public void Subjects_and_bodies_are_written_in_the_same_languages()
    {
        var folder = Sample.Folder(("en", "Hi", "x"), ("de", "Hallo", "x"));
        Assert.Equal(
            ["messages/welcome/message.json $.subject.de: has no body: add messages/welcome/de.html or remove this subject"],
            MessageTemplates.Check("welcome", folder with { Bodies = folder.Bodies.Remove("de") }).Select(problem => problem.ToString()));
        Assert.Equal(
            ["messages/welcome/message.json $.subject: has no text for de, which de.html is written in"],
            MessageTemplates.Check("welcome", folder with { Message = folder.Message with { Subject = new Dictionary<string, string> { ["en"] = "Hi" } } }).Select(problem => problem.ToString()));
    }

    [Fact]
    public void A_message_without_problems_renders_or_says_what_is_missing() =>
        Gen.OneOf("{{ customer.first_name }}", "{{ customer.x }}", "{{ event.products[0].name }}", "{{ if customer.vip }}a{{ end }}", "{{ for p in event.products }}{{ p.sku }}{{ end }}", "{{ customer.x ?? 'y' }}")
            .Array[1, 5].Select(parts => Sample.Folder(("en", "Hi", string.Concat(parts)))).Where(folder => !MessageTemplates.Check("x", folder).Any())
            .Sample(folder => MessageRenderer.Render(folder, Sample.Context()) is Rendering.Ready or Rendering.MissingData);

    private static readonly KnownNames Known = new(["high-value", "lapsed"], ["lifetime_value"]);

    private static readonly Partials Footer = Files(("footer.html", "<p>\n{{ x }}{{ shop = 'Shop' }}</p>"));

    private static Partials Files(params (string Name, string Text)[] files) => new(files.ToImmutableSortedDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal));
}
