using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Messages;

public sealed class MjmlTests : IDisposable
{
    private const string Mjml = """
        <mjml><mj-body><mj-section><mj-column>
        <mj-text>Hi {{ customer.first_name ?? "there" }}{{ if customer.vip && 1 < 2 }} and thank you{{ end }} <a href="{{ unsubscribe_url }}">Stop</a></mj-text>
        </mj-column></mj-section></mj-body></mjml>
        """;

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public MjmlTests() => ConfigWriter.In(scratch.Config).Message("hello", "offers", "Hello", "x");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_body_in_mjml_is_checked_as_the_html_it_becomes()
    {
        Body(Mjml);
        Assert.StartsWith("OK: 0 segments, 0 journeys, 0 broadcasts, 1 messages.", (await CheckAsync(Compiler())).Output, StringComparison.Ordinal);

        Body(Mjml.Replace("customer.first_name", "costumer", StringComparison.Ordinal));
        var (exitCode, output, _) = await CheckAsync(Compiler());
        Assert.Equal(1, exitCode);
        Assert.Contains("costumer is not known here", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_mjml_is_a_problem_with_its_file_and_line()
    {
        Body(Mjml.Replace("mj-text", "mj-txt", StringComparison.Ordinal));
        Assert.Equal((1, "messages/hello/en.mjml: cannot be compiled: Line 2 (mj-txt) — Element mj-txt doesn't exist or is not registered\n1 problem.\n"), await CheckAsync(Compiler()) is var (code, output, _) ? (code, output.ReplaceLineEndings("\n")) : default);
    }

    [Fact]
    public async Task Without_a_compiler_it_is_said_how_to_get_one()
    {
        Body(Mjml);
        var (exitCode, output, errors) = await CheckAsync(path: "");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("messages/hello/en.mjml is MJML, which the npm package mjml compiles, and that is not installed: run `npm install mjml` in the folder that holds ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_bodies_in_one_language_one_must_go()
    {
        File.WriteAllText(Path.Combine(scratch.Config, "messages", "hello", "en.mjml"), Mjml);
        Assert.StartsWith("messages/hello/en.mjml: stands beside en.html: keep one of them", (await CheckAsync(path: "")).Output, StringComparison.Ordinal);
    }

    private void Body(string mjml)
    {
        var folder = Path.Combine(scratch.Config, "messages", "hello");
        File.Delete(Path.Combine(folder, "en.html"));
        File.WriteAllText(Path.Combine(folder, "en.mjml"), mjml);
    }

    private static string Compiler()
    {
        Peers.FileOrSkip("mjml", "package.json");
        return Path.GetDirectoryName(Peers.FileOrSkip(".bin", "mjml"))! + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
    }

    private async Task<(int ExitCode, string Output, string Errors)> CheckAsync(string path)
    {
        var start = Programs.Marketing(new Dictionary<string, string> { ["PATH"] = path }, "check", "--config", scratch.Config);
        if (!Path.IsPathRooted(start.FileName)) start.FileName = Programs.Find(start.FileName)!;
        return await Programs.RunAsync(start, ct);
    }
}
