using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MarketingAutomation.EndToEnd;

/// <summary>What people mistype and misplace: one sentence that says what to do, an exit code that is not 0, and nothing written.</summary>
public sealed class MistakeTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public MistakeTests()
    {
        ConfigWriter.In(scratch.Config).Segment("buyers", """{ "event": "Order Completed" }""");
        ConfigWriter.In(File("wrong-config")).Segment("buyers", """{ "evnt": "Order Completed" }""");
        System.IO.File.WriteAllBytes(Path.Combine(ConfigFolder("not-utf8-config"), "policy.json"), [0xff, 0xfe, 0x7b]);
        Write("mapping.json", """{ "format": "csv", "emit": [{ "type": "identify", "userId": "{id}" }] }""");
        Write("broken-mapping.json", "{");
        Write("wrong-mapping.json", """{ "format": "xls", "emit": [] }""");
        Write("rows.csv", "id\nada\n");
        Write("other.csv", "name\nAda\n");
        Write("empty.csv", "");
        System.IO.File.WriteAllBytes(File("binary.csv"), [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 37 ^ i >> 3))]);
        System.IO.File.WriteAllBytes(File("broken.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        Directory.CreateDirectory(File("empty"));
        Directory.CreateDirectory(File("not-a-database"));
        Write("not-a-database/marketing.db", "Something else, long enough to have the header of a database in front of it, which it has not.");
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "frobnicate", "There is no command or option frobnicate. See `marketing --help`." },
        { "serve --prot 7071", "There is no command or option --prot. See `marketing serve --help`." },
        { "serve --port abc", "--port is a number from 1 to 65535. See `marketing serve --help`." },
        { "serve --port 65536", "--port is a number from 1 to 65535. See `marketing serve --help`." },
        { "serve --data new --config nowhere", "There is no config folder nowhere; name it with --config." },
        { "serve --data new --config rows.csv", "There is no config folder rows.csv; name it with --config." },
        { "serve --data new --config wrong-config", "The config in wrong-config has 1 problem, the first is segments/buyers.json" },
        { "serve --data new --config not-utf8-config", "policy.json is not UTF-8 text; save it as UTF-8." },
        { "serve --data rows.csv --config config", "rows.csv is a file; name another folder with --data." },
        { "check --config nowhere", "There is no config folder nowhere; name it with --config." },
        { "schema --config nowhere", "There is no config folder nowhere; name it with --config." },
        { "import rows.csv --data new --config config", "Option '--mapping' is required. See `marketing import --help`." },
        { "import --mapping mapping.json --data new --config config", "Required argument missing for command: 'import'. See `marketing import --help`." },
        { "import nowhere.csv --mapping mapping.json --data new --config config", "There is no file nowhere.csv." },
        { "import empty --mapping mapping.json --data new --config config", "There is no file empty." },
        { "import rows.csv --mapping nowhere.json --data new --config config", "There is no mapping nowhere.json." },
        { "import rows.csv --mapping broken-mapping.json --data new --config config", "The mapping cannot be used. broken-mapping.json (line 1): is not JSON." },
        { "import rows.csv --mapping wrong-mapping.json --data new --config config", "The mapping cannot be used. wrong-mapping.json $.format" },
        { "import other.csv --mapping mapping.json --data new --config config", "other.csv does not fit its mapping. other.csv: has no column \"id\"; its columns are name." },
        { "import empty.csv --mapping mapping.json --data new --config config", "empty.csv does not fit its mapping. empty.csv: has no header." },
        { "import binary.csv --mapping mapping.json --data new --config config", "its first line is not UTF-8 text." },
        { "import broken.gz --mapping mapping.json --data new --config config", "broken.gz cannot be read: " },
        { "import rows.csv --mapping mapping.json --data new --config nowhere", "There is no config folder nowhere; name it with --config." },
        { "import rows.csv --mapping mapping.json --data new --config wrong-config", "The config in wrong-config has 1 problem" },
        { "simulate --events nowhere.csv --mapping mapping.json --config config", "There is no file nowhere.csv." },
        { "simulate --events other.csv --mapping mapping.json --config config", "other.csv does not fit its mapping." },
        { "simulate --events rows.csv --mapping mapping.json --config config --from yesterday", "--from is no date: write 2026-01-31 or 2026-01-31T12:00:00Z. See `marketing simulate --help`." },
        { "simulate --events rows.csv --mapping mapping.json --config config --seed x", "--seed is a number from 0 to 2147483647. See `marketing simulate --help`." },
        { "report --data empty --config config", "There is no data in empty; name its folder with --data." },
        { "report --data not-a-database --config config", "The database in the data folder cannot be used: " },
        { "report --data empty --config config --format yaml", "--format is text, json or csv. See `marketing report --help`." },
        { "report --data empty --config config --from 2026-02-01 --to 2026-01-01", "--from must come first." },
        { "demo --customers 0", "--customers is a number from 1 to 50000. See `marketing demo --help`." },
        { "demo --data config --config config --no-serve", "config holds data that no demo has made, and a demo starts afresh; name another folder with --data." },
        { "demo --data rows.csv --config config --no-serve", "rows.csv is a file; name another folder with --data." },
        { "demo --data new --config wrong-config --no-serve", "The config in wrong-config has 1 problem" },
    };

    public void Dispose() => scratch.Dispose();

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_told_in_one_line_and_leaves_nothing_behind(string command, string told)
    {
        var before = Files();

        var (exitCode, output, errors) = await RunAsync(command);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(told, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Empty(output);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        foreach (var command in new[] { "serve", "demo" })
        {
            var (exitCode, output, errors) = await RunAsync($"{command} --data new --config config --port {port}");
            Assert.Equal((1, ""), (exitCode, output));
            Assert.StartsWith($"Port {port} is in use; choose another with --port", errors, StringComparison.Ordinal);
            Assert.Single(errors.TrimEnd().Split('\n'));
        }
    }

    [Theory, InlineData("MARKETING_SMTP", "mail.shop.example"), InlineData("MARKETING_PUBLIC_URL", "shop")]
    public async Task A_wrong_setting_is_told_by_its_name_without_its_value(string name, string value)
    {
        var (exitCode, _, errors) = await RunAsync("serve --data new --config config", new() { [name] = value });

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{name} is no address; write it as ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(value, errors.Split("write it as")[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(File("new")));
    }

    [Theory, InlineData(""), InlineData("demo"), InlineData("serve"), InlineData("check"), InlineData("import"), InlineData("simulate"), InlineData("report"), InlineData("schema")]
    public async Task Every_command_explains_itself_and_each_of_its_options(string command)
    {
        var (exitCode, output, _) = await RunAsync($"{command} --help");

        Assert.Equal(0, exitCode);
        foreach (var line in output.Split('\n').Where(line => line.TrimStart().StartsWith("--", StringComparison.Ordinal)))
            Assert.Matches(@"^ +--[a-z-]+.*  \S", line);
    }

    private Task<(int, string, string)> RunAsync(string command, Dictionary<string, string>? environment = null)
    {
        var start = Programs.Marketing(environment, command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        start.WorkingDirectory = File("");
        return Programs.RunAsync(start, ct);
    }

    private string File(string name) => scratch.Folder(name);

    private string ConfigFolder(string name) => Directory.CreateDirectory(File(name)).FullName;

    private void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text, new UTF8Encoding(false));

    private List<string> Files() => [.. Directory.EnumerateFileSystemEntries(File(""), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
