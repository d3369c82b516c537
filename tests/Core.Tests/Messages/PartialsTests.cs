using System.Collections.Immutable;

namespace MarketingAutomation.Messages;

public class PartialsTests
{
    private static readonly Partials Shared = Files(
        ("hello.html", "<b>Hello {{ customer.last_name }}</b>"), ("hello.txt", "Hello {{ customer.last_name }}"), ("bye.html", "Bye"), ("bye.zh.html", "再见"), ("outer.html", "({{ include 'hello' }})"),
        ("early.html", "a{{ ret }}b"), ("gap.html", "{{ customer.missing }}"), ("loop.html", "{{ include 'loop' }}"), ("double.html", "{{ include 'double' }}{{ include 'double' }}"), ("broken.html", "{{ if }}"),
        ("fails.html", "\n{{ customer.address * 2 }}"));

    [Theory]
    [InlineData("{{ include 'hello' }}", "<b>Hello O&#39;Neill &lt;b&gt;</b>")]
    [InlineData("{{ include 'outer' }}", "(<b>Hello O&#39;Neill &lt;b&gt;</b>)")]
    [InlineData("{{ capture x }}{{ include 'bye' }}{{ end }}{{ x }}{{ x }}", "ByeBye")]
    [InlineData("{{ include 'early' }}c", "ac")]
    [InlineData("{{ for i in 1..100 }}{{ include 'bye' }}{{ end }}", "*100")]
    public void A_partial_stands_where_it_is_included(string html, string expected) =>
        Assert.Equal(expected == "*100" ? string.Concat(Enumerable.Repeat("Bye", 100)) : expected, Assert.IsType<Rendering.Ready>(Render(html)).Html);

    [Theory]
    [InlineData("en", "Bye")]
    [InlineData("zh-CN", "再见")]
    [InlineData("zh", "再见")]
    [InlineData("de", "Bye")]
    public void A_partial_speaks_the_messages_language_where_it_can(string locale, string expected) => Assert.Equal(
        expected,
        Assert.IsType<Rendering.Ready>(MessageRenderer.Render(Sample.Folder((locale, "Hi", "{{ include 'bye' }}")) with { Partials = Shared }, Sample.Context(locale) with { DefaultLocale = locale })).Html);

    [Fact]
    public void Plain_texts_and_subjects_include_plain_partials()
    {
        var folder = Sample.Folder(("en", "{{ include 'hello' }}!", "x")) with { Partials = Shared };
        folder = folder with { Bodies = folder.Bodies.SetItem("en", new("x", "{{ include 'hello' }}.")) };
        var ready = Assert.IsType<Rendering.Ready>(MessageRenderer.Render(folder, Sample.Context()));
        Assert.Equal(("Hello O'Neill <b>!", "Hello O'Neill <b>."), (ready.Subject, ready.Text));
    }

    [Fact]
    public void What_a_partial_misses_is_missing() => Assert.Equal(new Rendering.MissingData("customer.missing"), Render("{{ include 'gap' }}"));

    [Theory]
    [InlineData("{{ include 'nothing' }}")]
    [InlineData("{{ include '../welcome/en' }}")]
    [InlineData("{{ include 'broken' }}")]
    [InlineData("{{ include 'loop' }}")]
    [InlineData("{{ include 'double' }}")]
    public void Only_sound_partials_are_included(string html) => Assert.IsType<Rendering.Broken>(Render(html));

    [Fact]
    public void A_failure_in_a_partial_says_its_file_and_line() =>
        Assert.Equal(new Rendering.Broken("messages/_partials/fails.html (line 2) fails with this customer's data"), Render("{{ include 'fails' }}"));

    [Fact]
    public void Partials_that_contain_themselves_and_files_that_nobody_can_include_are_refused() => Assert.Equal(
        [
            "messages/_partials/a.html (line 2): includes itself by way of \"b\": a partial that contains itself has no end",
            "messages/_partials/b.html (line 1): includes itself by way of \"a\": a partial that contains itself has no end",
            "messages/_partials/c.html (line 1): includes itself: a partial that contains itself has no end",
            "messages/_partials/d.zh_cn.html: is not named after a language: \"zh_cn\" is not of the form \"en\" or \"zh-CN\"; did you mean \"zh-CN\"?",
            "messages/_partials/e.html (line 1): cannot be read as Scriban",
            "messages/_partials/É.html: must be named like footer.html, footer.zh-CN.html or footer.txt",
        ],
        PartialsCheck.Check(Files(("a.html", "\n{{ include 'b' }}"), ("b.html", "{{ include 'a' }}"), ("c.html", "{{ include 'c' }}"), ("d.zh_cn.html", ""), ("e.html", "{{ if }}"), ("f.html", "{{ include 'a' }}"), ("É.html", "")))
            .Select(finding => finding.ToProblem().ToString() is var text && text.Contains("Scriban", StringComparison.Ordinal) ? text[..(text.IndexOf("Scriban", StringComparison.Ordinal) + 7)] : text));

    [Theory]
    [InlineData("{{ include 'a' }}", true)]
    [InlineData("{{ include 'b' }}", false)]
    [InlineData("{{ unsubscribe_url }}", true)]
    [InlineData("{{ if }}", false)]
    public void The_way_out_may_stand_in_a_partial(string text, bool found) =>
        Assert.Equal(found, PartialsCheck.Mentions(text, "unsubscribe_url", "en", ".html", Files(("a.html", "{{ include 'c' }}"), ("b.html", "{{ include 'b' }}"), ("c.html", "{{ unsubscribe_url }}"))));

    private static Rendering Render(string html) => MessageRenderer.Render(Sample.Folder(("en", "Hi", html)) with { Partials = Shared }, Sample.Context());

    private static Partials Files(params (string Name, string Text)[] files) => new(files.ToImmutableSortedDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal));
}
