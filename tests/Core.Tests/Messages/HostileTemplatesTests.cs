using System.Text.Json;

namespace MarketingAutomation.Messages;

/// <summary>Whatever a template says, it ends soon and takes little: bounded in bytes, because time depends on the machine.</summary>
public class HostileTemplatesTests
{
    private const long MostBytes = 400_000_000;

    [Theory]
    [InlineData("{{ func f(n) }}{{ f(n+1) }}{{ f(n+1) }}{{ end }}{{ f 1 }}")]
    [InlineData("{{ func f(n) }}{{ if n > 0 }}{{ f(n-1) }}{{ f(n-1) }}{{ end }}{{ end }}{{ f 28 }}")]
    [InlineData("{{ f = @(do; f(); f(); end); f() }}")]
    [InlineData("{{ for i in 1..1000 }}{{ for j in 1..1000 }}{{ for k in 1..1000 }}{{ i }}{{ end }}{{ end }}{{ end }}")]
    [InlineData("{{ while true }}{{ end }}")]
    [InlineData("{{ x = 'x' | string.pad_left 400000 }}{{ for i in 1..900 }}{{ y = x | string.upcase | string.downcase | string.replace ' ' '  ' }}{{ end }}")]
    [InlineData("{{ x = 'x' | string.pad_left 400000 }}{{ for i in 1..900 }}{{ y = x | string.split ' ' }}{{ end }}")]
    [InlineData("{{ x = 'x' | string.pad_left 400000 }}{{ for i in 1..900 }}{{ y = x | html.strip | truncate 300000 }}{{ end }}")]
    [InlineData("{{ x = 'x' | string.pad_left 400000 }}{{ func f(n) }}{{ capture z }}{{ x }}{{ end }}{{ if n > 0 }}{{ f(n-1) }}{{ f(n-1) }}{{ end }}{{ end }}{{ f 25 }}")]
    [InlineData("{{ x = [1,2,3] }}{{ for i in 1..900 }}{{ x = x | array.concat x }}{{ end }}")]
    [InlineData("{{ x = [1,2,3] }}{{ for i in 1..900 }}{{ x[0] = x }}{{ end }}{{ x }}")]
    [InlineData("{{ o = {a: 1}; o.b = o }}{{ o | object.to_json }}")]
    [InlineData("{{ x = 3 }}{{ for i in 1..900 }}{{ x = x * x }}{{ end }}{{ x }}")]
    [InlineData("{{ 1 << 2000000000 }}")]
    [InlineData("{{ 'ab' * 1000000000 }}")]
    [InlineData("{{ 1..2000000000 | array.join ',' }}")]
    [InlineData("{{ 1.5 | object.format 'F999999999' }}")]
    [InlineData("{{ 1.5 | math.round 999999999 }}")]
    [InlineData("{{ customer.first_name | string.pad_right 2000000000 }}")]
    [InlineData("{{ event.at | date 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' }}")]
    public void The_known_tricks_come_to_an_end(string template) => Assert.False(WithinLimits(template) is Rendering.Ready { Html.Length: > 2000 });

    [Fact]
    public void A_template_too_deep_to_read_is_a_problem_and_no_crash() => Assert.All(
        [Nested("{{ if true }}", "{{ end }}"), $"{{{{ {Nested("(", ")")} }}}}", $"{{{{ {Nested("[", "]")} }}}}", $"{{{{ 1{Nested("+1", "")} }}}}", $"{{{{ a{Nested(".b", "")} }}}}"],
        template => Assert.IsType<Rendering.Broken>(WithinLimits(template)));

    [Fact]
    public void Templates_made_at_random_to_do_harm_come_to_an_end() =>
        Hostile.Sample(template => WithinLimits(template) is not null, iter: 2000, print: template => template);

    [Fact]
    public void What_customers_say_of_themselves_is_never_run_as_a_template() => Hostile.Sample(text =>
    {
        var context = Sample.Context() with { Traits = Sample.Traits(JsonSerializer.Serialize(new { x = text })) };
        return MessageRenderer.Render(Sample.Folder(("en", "Hi {{ customer.x }}", "{{ customer.x }}")), context) is Rendering.Ready ready
            && System.Net.WebUtility.HtmlDecode(ready.Html) == text;
    }, iter: 200);

    private static string Nested(string open, string close) => string.Concat(Enumerable.Repeat(open, 20_000)) + "1" + string.Concat(Enumerable.Repeat(close, 20_000));

    private static Rendering WithinLimits(string template)
    {
        var folder = Sample.Folder(("en", "Hi", template));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rendering = MessageRenderer.Render(folder, Sample.Context());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return rendering;
    }

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Gen.OneOf("x", "y", "9", "'ab'", "customer.tags", "event.total", "1..999")
        : Gen.OneOf(
            Gen.OneOf("x", "y", "9", "900000000", "'ab'", "customer.tags", "event.total", "1..999", "f", "[1,2,3]", "{a:1}"),
            Gen.Select(inner, Gen.OneOf("+", "*", "<<", "-", "&&", "==", "??"), inner).Select((left, operation, right) => $"({left} {operation} {right})"),
            Gen.Select(inner, Gen.OneOf("string.pad_left 400000", "string.append x", "string.replace 'a' 'aaaa'", "string.split 'a'", "array.concat x", "array.reverse", "array.sort", "array.uniq", "array.join 'ab'", "array.each @f", "object.to_json", "string.upcase", "truncate 5", "number", "money 'EUR'", "date", "default x", "html.strip", "string.handleize", "object.size"))
                .Select((value, function) => $"({value} | {function})"),
            inner.Select(value => $"f({value})")));

    private static readonly Gen<string> Hostile = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Value.Select(value => $"{{{{ {value} }}}}")
        : Gen.OneOf(
            Value.Select(value => $"{{{{ {value} }}}}"),
            Gen.Select(Gen.OneOf("x", "y", "x[0]", "x.a", "customer.a", "segments"), Value).Select((name, value) => $"{{{{ {name} = {value} }}}}"),
            Gen.Select(Value, inner).Select((value, body) => $"{{{{ for x in {value} }}}}{body}{{{{ end }}}}"),
            inner.Select(body => $"{{{{ while true }}}}{body}{{{{ end }}}}"),
            inner.Select(body => $"{{{{ func f(x) }}}}{body}{{{{ f(x) }}}}{{{{ f(x) }}}}{{{{ end }}}}"),
            inner.Select(body => $"{{{{ capture x }}}}{body}{{{{ end }}}}"),
            Gen.Select(inner, inner).Select((first, then) => first + then),
            Gen.Select(inner, inner, inner).Select((first, then, last) => "{{ x = 'ab'; y = [1,2] }}" + first + then + last)));
}
