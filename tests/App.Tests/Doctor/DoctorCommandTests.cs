using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MarketingAutomation.Commands;
using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Doctor;

public sealed class DoctorCommandTests : IAsyncDisposable
{
    private readonly Scratch scratch = new();
    private readonly DnsServer dns = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await dns.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_running_server_is_recognised_as_this_deployment()
    {
        ConfigWriter.In(scratch.Config).Message("hello", "offers", "Hello", "<p>Hello <a href=\"{{ unsubscribe_url }}\">stop</a></p>");
        await using var server = await ServeProcess.StartAsync(scratch.Data, scratch.Config, Ct);

        var findings = await RunAsync(new() { ["MARKETING_PUBLIC_URL"] = $"http://localhost:{server.Port}" });

        Assert.Equal("localhost answers, without TLS.", findings.Single(finding => finding.Check == "public url").What);
        Assert.Equal("Agrees with localhost.", findings.Single(finding => finding.Check == "clock").What);
        Assert.Equal("A row was written, read, changed and deleted.", findings.Single(finding => finding.Check == "storage").What);
        Assert.Equal(Severity.Fine, findings.Single(finding => finding.Check == "queues").Severity);
    }

    [Fact]
    public async Task Another_deployment_at_the_address_is_recognised_as_such()
    {
        ConfigWriter.In(scratch.Config);
        await using var theirs = await ServeProcess.StartAsync(scratch.Folder("theirs"), scratch.Config, Ct);
        await using (await ServeProcess.StartAsync(scratch.Data, scratch.Config, Ct)) { } // makes our data

        var finding = (await RunAsync(new() { ["MARKETING_PUBLIC_URL"] = $"http://localhost:{theirs.Port}" })).Single(finding => finding.Check == "public url");

        Assert.Equal(Severity.Blocking, finding.Severity);
        Assert.Contains("Another deployment answers there", finding.Do, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_prints_is_what_was_approved()
    {
        using var rsa = RSA.Create(2048);
        dns.Mx("shop.de", "in.shop.de").Txt("shop.de", "v=spf1 include:provider.net ~all").Txt("provider.net", "v=spf1 ip4:192.0.2.1 -all")
            .Txt("s1._domainkey.shop.de", $"v=DKIM1; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}").Txt("_dmarc.shop.de", "v=DMARC1; p=none");
        CopyOfSample("shop.de");

        var findings = await RunAsync(new() { ["MARKETING_SMTP"] = "smtp://mx.shop.de", ["MARKETING_WRITE_KEYS"] = "0123456789abcdef" }, "s1", "s2");

        Golden.Match("doctor.txt", Findings.ToText(Placeless(findings)));
        Golden.Match("doctor.json", Findings.ToJson(Placeless(findings)));
    }

    [Fact]
    public async Task A_new_install_works_and_says_what_is_to_come()
    {
        var findings = await RunAsync([]);

        Assert.False(Findings.Block(findings));
        Golden.Match("doctor-new.txt", Findings.ToText(Placeless(findings)));
        Assert.False(Directory.Exists(scratch.Data));
    }

    [Fact]
    public async Task The_exit_code_tells_fine_from_blocking_from_said_wrongly()
    {
        var fine = await ProgramAsync([], "--config", TestConfigs.Sample, "--data", scratch.Data);
        Assert.True(fine.ExitCode == 0, fine.Output + fine.Errors);
        var blocked = await ProgramAsync(new() { ["MARKETING_PUBLIC_URL"] = "shop" }, "--config", TestConfigs.Sample, "--data", scratch.Data, "--format", "json");
        Assert.Equal(1, blocked.ExitCode);
        Assert.Contains(JsonNode.Parse(blocked.Output)!.AsArray(), finding => (string)finding!["severity"]! == "blocking");
        Assert.Equal(2, (await ProgramAsync([], "--dns", "nowhere")).ExitCode);
        Assert.Equal(2, (await ProgramAsync([], "--nonsense")).ExitCode);
    }

    private Task<(int ExitCode, string Output, string Errors)> ProgramAsync(Dictionary<string, string> environment, params IEnumerable<string> arguments) =>
        Programs.RunAsync(Programs.Marketing(environment, ["doctor", .. arguments]), Ct);

    private Task<IReadOnlyList<Finding>> RunAsync(Dictionary<string, string> variables, params IReadOnlyList<string> selectors) =>
        DoctorCommand.RunAsync(new(scratch.Data, Directory.Exists(scratch.Config) ? scratch.Config : TestConfigs.Sample, selectors, dns.EndPoint), new(variables.GetValueOrDefault), TimeProvider.System, Ct);

    private IReadOnlyList<Finding> Placeless(IReadOnlyList<Finding> findings) =>
        [.. findings.Select(finding => finding with { What = finding.What.Replace(scratch.Data, "data", StringComparison.Ordinal) })];

    private void CopyOfSample(string domain)
    {
        foreach (var file in Directory.EnumerateFiles(TestConfigs.Sample, "*", SearchOption.AllDirectories))
        {
            var path = Path.Combine(scratch.Config, Path.GetRelativePath(TestConfigs.Sample, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, File.ReadAllText(file).Replace("shop.example", domain, StringComparison.Ordinal));
        }
    }
}
