namespace MarketingAutomation.Messages;

public class MessageTemplatesTests
{
    [Fact]
    public void A_sound_message_has_no_problems() => Assert.Empty(MessageTemplates.Check("order", Sample.OrderConfirmation));

    [Theory]
    [InlineData("<p>\n{{ if }}</p>", 2, "cannot be read as Scriban")]
    [InlineData("\n\n{{ customer.name + }}", 3, "cannot be read as Scriban")]
    [InlineData("\n{{ costumer.name }}", 2, "costumer is not known here: use customer, event, journey, locale, message, unsubscribe_url, or a function of array, date, ")]
    [InlineData("{{ x ?? 'y' }}", 1, "x is not known here")]
    [InlineData("{{ for i in items }}{{ i }}{{ end }}", 1, "items is not known here")]
    [InlineData("{{ customer.name | shout }}", 1, "shout is not known here")]
    [InlineData("{{ include 'footer' }}", 1, "include is not known here")]
    [InlineData("{{ customer.name | string.shout }}", 1, "string.shout is not a function: string has append, ")]
    [InlineData("{{ math.random 1 2 }}", 1, "math.random is not a function: math has abs, ")]
    [InlineData("{{ date.now }}", 1, "date.now is not a function: date has format")]
    [InlineData("{{ message.name }}", 1, "message.name does not exist: message has id only")]
    [InlineData("{{ with customer }}{{ name }}{{ end }}", 1, "with hides which names are meant")]
    [InlineData("{{ import customer }}", 1, "import is not available")]
    public void A_mistake_is_told_with_its_line_and_what_to_write_instead(string html, int line, string what)
    {
        var problem = Assert.Single(MessageTemplates.Check("welcome", Sample.Folder(("en", "Hi", html))), problem => problem.What.StartsWith(what, StringComparison.Ordinal));
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
    public void Names_a_template_gives_itself_are_known(string html) => Assert.Empty(MessageTemplates.Check("welcome", Sample.Folder(("en", "Hi", html))));

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

    [Fact]
    public void A_computed_trait_that_does_not_exist_is_told_with_the_one_that_was_meant()
    {
        var folder = Sample.Folder(("en", "Hi", "<p>{{ customer.computed.lifetime_valeu }} {{ customer.computed.lifetime_value }} <a href=\"{{ unsubscribe_url }}\">Unsubscribe</a></p>"));
        Assert.Contains("did you mean \"lifetime_value\"?", Assert.Single(MessageTemplates.Check("welcome", folder, ["lifetime_value"])).What, StringComparison.Ordinal);
    }
}
