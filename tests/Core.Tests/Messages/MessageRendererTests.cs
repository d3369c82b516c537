using System.Text.Json;

namespace MarketingAutomation.Messages;

public class MessageRendererTests
{
    [Fact]
    public void The_order_confirmation_renders_as_approved()
    {
        var ready = Ready(MessageRenderer.Render(Sample.OrderConfirmation, Sample.Context(tracking: Sample.Links)));
        Assert.Equal(("Order o-7, Ada", "en"), (ready.Subject, ready.Locale));
        Golden.Match("order.en.html", ready.Html);
        Golden.Match("order.en.txt", ready.Text);
    }

    [Theory]
    [InlineData("zh-CN", "zh-CN")]
    [InlineData("zh_cn", "zh-CN")]
    [InlineData("de-AT", "en")]
    [InlineData("zh", "en")]
    [InlineData(null, "en")]
    public void A_customer_reads_the_message_in_the_nearest_language(string? locale, string expected) =>
        Assert.Equal(expected, Ready(MessageRenderer.Render(Sample.OrderConfirmation, Sample.Context(locale))).Locale);

    [Fact]
    public void A_message_without_the_default_language_is_broken() =>
        Assert.IsType<Rendering.Broken>(MessageRenderer.Render(Sample.OrderConfirmation, Sample.Context("fr") with { DefaultLocale = "de" }));

    [Theory]
    [InlineData("{{ customer.first_name }}", "Ada")]
    [InlineData("{{ customer['first_name'] }}", "Ada")]
    [InlineData("{{ customer.address.city }} {{ customer.address.lines[0] }}", "London 1 High St")]
    [InlineData("{{ event.total }} {{ event.total + 0.1 }}", "249.90 250.00")]
    [InlineData("{{ event.total | math.format '0.0' }}", "249.9")]
    [InlineData("{{ message.id }}/{{ journey.id }}/{{ locale }}", "order/orders/en")]
    [InlineData("{{ customer.tags | array.join ', ' }}", "a, b")]
    [InlineData("{{ customer.tags | array.size }}", "2")]
    [InlineData("{{ customer.first_name | string.upcase }}", "ADA")]
    [InlineData("{{ for tag in customer.tags }}{{ for.index }}{{ tag }}{{ end }}", "0a1b")]
    [InlineData("{{ if segments['high-value'] }}yes{{ end }}{{ if segments.lapsed }}no{{ end }}", "yes")]
    [InlineData("{{ preferences_url }} {{ why_url }}", "https://p.example https://w.example")]
    [InlineData("{{ func hello(name) }}Hi {{ name }}{{ end }}{{ hello customer.first_name }}", "Hi Ada")]
    [InlineData("{{ customer.tags | array.filter @(do; ret $0 == 'b'; end) | array.first }}", "b")]
    public void Templates_read_customer_event_message_and_journey(string template, string expected) => Assert.Equal(expected, Html(template));

    [Theory]
    [InlineData("{{ customer.missing ?? 'friend' }}", "friend")]
    [InlineData("{{ customer.nickname ?? 'friend' }}", "friend")]
    [InlineData("{{ customer.none ?? 'friend' }}", "friend")]
    [InlineData("{{ customer.missing.city ?? 'friend' }}", "friend")]
    [InlineData("{{ (customer.missing) ?? 'friend' }}", "friend")]
    [InlineData("{{ customer.missing ?? customer.nickname ?? 'friend' }}", "friend")]
    [InlineData("{{ customer.missing ?? 'friend' | string.upcase }}", "FRIEND")]
    [InlineData("{{ customer.missing | string.upcase ?? 'friend' }}", "friend")]
    [InlineData("{{ (customer.missing | string.upcase) ?? 'friend' }}", "friend")]
    [InlineData("{{ (customer.missing | array.first) ?? 'friend' }}", "friend")]
    [InlineData("{{ customer.missing | default 'friend' }}", "friend")]
    [InlineData("{{ customer.missing | string.upcase | default 'friend' }}", "friend")]
    [InlineData("{{ default customer.missing 'friend' }}", "friend")]
    [InlineData("{{ customer.missing | date | default 'soon' }}", "soon")]
    [InlineData("{{ customer.first_name | date | default 'soon' }}", "soon")]
    [InlineData("{{ customer.first_name | number | default 'some' }}", "some")]
    [InlineData("{{ (event.total | money event.missing) ?? 'free' }}", "free")]
    [InlineData("{{ customer.missing | truncate 3 | default 'none' }}", "none")]
    [InlineData("{{ customer.missing ? 'yes' : 'no' }}", "no")]
    [InlineData("{{ if customer.missing }}yes{{ else }}no{{ end }}", "no")]
    [InlineData("{{ if !customer.missing }}no{{ end }}", "no")]
    [InlineData("{{ if customer.nickname }}yes{{ else }}no{{ end }}", "no")]
    [InlineData("{{ if event.coupon == 'X' || customer.missing }}yes{{ else }}no{{ end }}", "no")]
    [InlineData("{{ if (customer.missing | string.append 'x') == 'x' }}yes{{ end }}", "yes")]
    [InlineData("{{ if (customer.missing | array.size) > 0 }}yes{{ else }}no{{ end }}", "no")]
    [InlineData("{{ case customer.missing }}{{ when 'a' }}a{{ else }}no{{ end }}", "no")]
    [InlineData("no{{ for tag in customer.missing }}{{ tag }}{{ end }}", "no")]
    [InlineData("{{ func hello(name) }}Hi {{ name ?? 'friend' }}{{ end }}{{ hello customer.missing }}", "Hi friend")]
    [InlineData("{{ name = customer.missing }}{{ name ?? 'friend' }}", "friend")]
    public void Missing_data_falls_back_where_the_template_says_so(string template, string expected) => Assert.Equal(expected, Html(template));

    [Theory]
    [InlineData("{{ customer.missing }}", "customer.missing")]
    [InlineData("{{ customer.nickname }}", "customer.nickname")]
    [InlineData("{{ customer.none }}", "customer.none")]
    [InlineData("{{ customer.missing.city }}", "customer.missing.city")]
    [InlineData("{{ customer['missing'] }}", "customer['missing']")]
    [InlineData("{{ event.missing }}", "event.missing")]
    [InlineData("{{ customer.missing | string.upcase }}", "customer.missing")]
    [InlineData("{{ customer.missing | string.append '!' }}", "customer.missing")]
    [InlineData("{{ (customer.missing | string.append '!') ?? 'friend' }}", "customer.missing")]
    [InlineData("{{ string.append 'Hi ' customer.missing }}", "customer.missing")]
    [InlineData("{{ 'Hi ' + customer.missing }}", "customer.missing")]
    [InlineData("{{ $'Hi {customer.missing}' }}", "customer.missing")]
    [InlineData("{{ customer.vip ? customer.missing : 'x' }}", "customer.missing")]
    [InlineData("{{ customer.missing ?? customer.nickname }}", "customer.nickname")]
    [InlineData("{{ name = customer.missing }}{{ name }}", "name")]
    [InlineData("{{ for line in customer.address.lines }}{{ line }}{{ end }}", "line")]
    [InlineData("{{ capture x }}{{ customer.missing }}{{ end }}", "customer.missing")]
    [InlineData("{{ func hello(name) }}Hi {{ name }}{{ end }}{{ hello customer.missing }}", "name")]
    [InlineData("{{ customer.missing | date 'd' }}", "customer.missing")]
    [InlineData("{{ customer.first_name | date }}", "customer.first_name|date")]
    [InlineData("{{ customer.tags | number }}", "customer.tags|number")]
    [InlineData("{{ event.total | money event.missing }}", "event.missing")]
    [InlineData("{{ segments['lapsed'] }}", "segments['lapsed']")]
    [InlineData("{{ customer.missing | default customer.nickname }}", "customer.missing|default customer.nickname")]
    [InlineData("{{ 'Hi ' | string.append customer.missing }}", "customer.missing")]
    [InlineData("{{ 'Hi ' | string.append customer.missing | string.upcase }}", "customer.missing")]
    [InlineData("{{ customer.missing * 2 }}", "customer.missing")]
    [InlineData("{{ customer.missing | safe }}", "customer.missing")]
    public void Missing_data_is_never_shown_as_a_gap(string template, string path) => Assert.Equal(new Rendering.MissingData(path), Render(template));

    [Fact]
    public void An_unsubscribe_link_that_does_not_exist_is_missing_too() => Assert.Equal(
        new Rendering.MissingData("unsubscribe_url"),
        MessageRenderer.Render(Sample.Folder(("en", "Hi", "{{ unsubscribe_url }}")), Sample.Context() with { UnsubscribeUrl = null }));

    [Fact]
    public void Without_an_event_every_property_is_missing() => Assert.Equal(
        new Rendering.MissingData("event.order_id"),
        MessageRenderer.Render(Sample.OrderConfirmation, Sample.Context() with { Event = default }));

    [Theory]
    [InlineData("{{ costumer.first_name }}")]
    [InlineData("{{ if costumer }}x{{ end }}")]
    [InlineData("{{ costumer ?? 'x' }}")]
    [InlineData("{{ customer.first_name | string.shout }}")]
    [InlineData("{{ math.random 1 2 }}")]
    [InlineData("{{ math.uuid }}")]
    [InlineData("{{ date.now }}")]
    [InlineData("{{ include 'x' }}")]
    [InlineData("{{ import customer }}")]
    [InlineData("{{ object.eval '1+1' }}")]
    [InlineData("{{ '{{ 1 }}' | object.eval_template }}")]
    [InlineData("{{ regex.match 'a' 'a' }}")]
    [InlineData("{{ customer.first_name = 'Eve' }}")]
    [InlineData("{{ string.upcase = 1 }}")]
    [InlineData("{{ for i in 1..2000 }}x{{ end }}")]
    [InlineData("{{ while true }}x{{ end }}")]
    [InlineData("{{ func f }}{{ f }}{{ end }}{{ f }}")]
    [InlineData("{{ x = 'abcdefghij' }}{{ for i in 1..900 }}{{ x = x + x }}{{ end }}")]
    [InlineData("{{ x = 'x' | string.pad_left 400000 }}{{ x }}{{ x }}")]
    [InlineData("{{ event.at | date 'd' 'Mars/Base' }}")]
    [InlineData("{{ event.at | date 'short' }}")]
    [InlineData("{{ event.at | date 'd of MMMM' }}")]
    [InlineData("{{ event.at | date.format 'd' }}")]
    [InlineData("{{ event.total | number 99 }}")]
    [InlineData("{{ customer.first_name | truncate -1 }}")]
    [InlineData("{{ customer.first_name | string.truncate 1 }}")]
    [InlineData("{{ customer.first_name | object.default 1 }}")]
    [InlineData("{{ segments.lapsed = true }}")]
    [InlineData("{{ func f(n) }}{{ if n > 0 }}{{ f(n-1) }}{{ f(n-1) }}{{ end }}{{ end }}{{ f 25 }}")]
    [InlineData("{{ x = 9999999999 }}{{ for i in 1..900 }}{{ x = x * x }}{{ end }}")]
    [InlineData("{{ if }}")]
    public void Unknown_names_forbidden_functions_and_endless_templates_are_broken(string template) => Assert.IsType<Rendering.Broken>(Render(template));

    [Fact]
    public void A_failure_says_where_and_quotes_no_personal_data()
    {
        var broken = Assert.IsType<Rendering.Broken>(Render("<p>\n{{ customer.address * customer.first_name }}"));
        Assert.Equal("messages/order/en.html (line 2) fails with this customer's data", broken.Reason);
    }

    [Theory]
    [InlineData("{{ customer.last_name }}", "O&#39;Neill &lt;b&gt;")]
    [InlineData("{{ customer.last_name | safe }}", "O'Neill <b>")]
    [InlineData("{{ customer.last_name | safe | string.upcase }}", "O&#39;NEILL &lt;B&gt;")]
    [InlineData("{{ customer.last_name | html.escape }}", "O&#39;Neill &lt;b&gt;")]
    [InlineData("{{ customer.last_name | truncate 9 }}", "O&#39;Neill…")]
    [InlineData("{{ customer.missing | default customer.last_name }}", "O&#39;Neill &lt;b&gt;")]
    [InlineData("{{ \"a\\nb<\" | html.newline_to_br }}", "a<br>b&lt;")]
    [InlineData("{{ '<p>a <b>b</b></p>' | html.strip }}", "a b")]
    [InlineData("{{ capture x }}<i>{{ customer.last_name }}</i>{{ end }}{{ x }}", "<i>O&#39;Neill &lt;b&gt;</i>")]
    [InlineData("{{ func f(x) }}<i>{{ x }}</i>{{ end }}{{ f customer.last_name }}", "<i>O&#39;Neill &lt;b&gt;</i>")]
    [InlineData("{{ $'<i>{customer.last_name}</i>' }}", "&lt;i&gt;O&#39;Neill &lt;b&gt;&lt;/i&gt;")]
    [InlineData("{{ customer.address }}", "{city: &quot;London&quot;, lines: [&quot;1 High St&quot;, null]}")]
    public void What_html_shows_is_escaped_unless_marked_safe(string template, string expected) => Assert.Equal(expected, Html(template));

    [Fact]
    public void Subject_and_text_are_not_escaped()
    {
        var folder = Sample.Folder(("en", " {{ customer.last_name }} ", "<p>x</p>"));
        folder = folder with { Bodies = folder.Bodies.SetItem("en", new("<p>x</p>", "Dear {{ customer.last_name }},")) };
        var ready = Ready(MessageRenderer.Render(folder, Sample.Context()));
        Assert.Equal(("O'Neill <b>", "Dear O'Neill <b>,"), (ready.Subject, ready.Text));
    }

    [Fact]
    public void What_one_render_assigns_the_next_does_not_see()
    {
        Assert.Equal("1", Html("{{ x = 1 }}{{ x }}"));
        Assert.IsType<Rendering.Broken>(Render("{{ x }}"));
        Assert.Equal("1", Html("{{ $x = 1 }}{{ $x }}"));
        Assert.IsNotType<Rendering.Ready>(Render("{{ $x }}"));
    }

    [Theory]
    [InlineData("a{{ ret }}b")]
    [InlineData("a{{ break }}b")]
    [InlineData("a{{ for i in 1..3 }}{{ continue }}{{ end }}b")]
    [InlineData("a{{ for i in 1..3 }}{{ ret }}{{ end }}b")]
    [InlineData("{{ capture x }}a{{ ret }}{{ end }}b")]
    [InlineData("{{ customer.missing }}")]
    [InlineData("{{ customer.missing | nothing }}")]
    public void However_one_render_ends_the_next_is_whole(string template)
    {
        _ = Render(template);
        Assert.Equal("<p>1</p><p>2</p>Ada", Html("{{ for i in 1..2 }}<p>{{ i }}</p>{{ end }}{{ customer.first_name }}"));
    }

    [Fact]
    public void A_subject_of_nothing_is_broken() =>
        Assert.IsType<Rendering.Broken>(MessageRenderer.Render(Sample.Folder(("en", "{{ if false }}x{{ end }}", "x")), Sample.Context()));

    [Fact]
    public void No_trait_breaks_out_of_html_or_out_of_the_subjects_line()
    {
        var folder = Sample.Folder(("en", "A {{ customer.x }} Z", "<p title=\"{{ customer.x }}\">{{ customer.x }}{{ customer.x | string.append 'y' }}{{ capture c }}{{ customer.x }}{{ end }}{{ c }}</p>"));
        Gen.String.Where(text => !string.IsNullOrWhiteSpace(text)).Sample(text =>
        {
            if (MessageRenderer.Render(folder, With("x", JsonSerializer.Serialize(text))) is not Rendering.Ready ready) return false;
            return ready.Html.Count(c => c == '<') == 2 && ready.Html.Count(c => c == '>') == 2 && ready.Html.Count(c => c == '"') == 2
                && !ready.Subject.Any(char.IsControl) && ready.Subject.StartsWith('A') && ready.Subject.EndsWith('Z');
        });
    }

    [Fact]
    public void A_trait_that_is_an_address_cannot_leave_its_attribute()
    {
        var folder = Sample.Folder(("en", "x", "<a href=\"{{ customer.x }}\">x</a>"));
        Gen.String.Where(text => !string.IsNullOrWhiteSpace(text)).Sample(text =>
        {
            var html = Ready(MessageRenderer.Render(folder, With("x", JsonSerializer.Serialize("https://" + text)) with { Tracking = Sample.Links })).Html;
            return html.StartsWith("<a href=\"", StringComparison.Ordinal) && html.IndexOf('"', 9) == html.IndexOf("\">x</a><img src=\"https://mail.shop.example/t/o/", StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Rendering_never_throws_whatever_the_traits_hold() =>
        Json.Sample(json => MessageRenderer.Render(Curious, With("x", json) with { Event = JsonElement.Parse(json), Tracking = Sample.Links }) is not null);

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("1e999")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    public void Odd_json_is_no_exception(string json) => Assert.NotNull(MessageRenderer.Render(Curious, With("x", json)));

    [Fact]
    public void The_same_input_gives_the_same_texts() =>
        Assert.Equal(MessageRenderer.Render(Sample.OrderConfirmation, Sample.Context(tracking: Sample.Links)), MessageRenderer.Render(Sample.OrderConfirmation, Sample.Context(tracking: Sample.Links)));

    private static readonly MessageFolder Curious = Sample.Folder(("en", "{{ customer.x ?? 'x' }}",
        "{{ customer.x ?? 1 }}{{ if customer.x > 1 }}{{ customer.x.y ?? 2 }}{{ end }}{{ for i in customer.x }}{{ i ?? 3 }}{{ end }}{{ event.a | string.upcase ?? 4 }}{{ customer.x | object.to_json }}"));

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => Gen.OneOf(
        Gen.Const("null"),
        Gen.Bool.Select(value => value ? "true" : "false"),
        Gen.Long.Select(value => value.ToString()),
        Gen.Double.Where(double.IsFinite).Select(value => JsonSerializer.Serialize(value)),
        Gen.String.Select(value => JsonSerializer.Serialize(value)),
        depth > 4 ? Gen.Const("[]") : inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
        depth > 4 ? Gen.Const("{}") : Gen.Select(Gen.OneOf("a", "y", "x y"), inner).Select((name, value) => $"{{{JsonSerializer.Serialize(name)}:{value}}}")));

    private static RenderContext With(string trait, string json) => Sample.Context() with { Traits = Sample.Ada.SetItem(trait, JsonElement.Parse(json)) };

    private static Rendering Render(string html) => MessageRenderer.Render(Sample.Folder(("en", "Hi", html)), Sample.Context());

    private static string Html(string html) => Ready(Render(html)).Html;

    private static Rendering.Ready Ready(Rendering rendering) => rendering as Rendering.Ready ?? throw new Xunit.Sdk.XunitException($"{rendering}");
}
