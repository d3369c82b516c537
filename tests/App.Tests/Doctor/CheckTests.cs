using System.Globalization;
using MarketingAutomation.Bus;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Doctor;

public sealed class CheckTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly Scratch scratch = new();
    private readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        scratch.Dispose();
    }

    [Theory]
    [InlineData(0, nameof(Severity.Fine)), InlineData(29, nameof(Severity.Fine)), InlineData(-31, nameof(Severity.Warning)), InlineData(31, nameof(Severity.Warning)), InlineData(301, nameof(Severity.Blocking)), InlineData(-301, nameof(Severity.Blocking))]
    public async Task The_clock_is_compared_with_a_servers(int seconds, string severity)
    {
        await using var server = await WebServer.StartAsync(context => context.Response.Headers.Date = (Now - TimeSpan.FromSeconds(seconds)).ToString("r", CultureInfo.InvariantCulture));

        var finding = await OneAsync(new ClockCheck(http, server.Url, new FakeTimeProvider(Now)));

        Assert.Equal(severity, finding.Severity.ToString());
        if (severity != nameof(Severity.Fine)) Assert.Contains($"{Math.Abs(seconds)} seconds {(seconds > 0 ? "ahead of" : "behind")} 127.0.0.1", finding.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302, "redirects"), InlineData(503, "answers 503"), InlineData(404, "Another deployment answers there")]
    public async Task A_public_address_where_links_would_not_work_blocks(int status, string says)
    {
        await using var server = await WebServer.StartAsync(context => context.Response.StatusCode = status);

        var finding = await OneAsync(new PublicUrlCheck(http, server.Url, _ => Task.FromResult<Uri?>(new(server.Url, "/t/u/signed"))));

        Assert.Equal(Severity.Blocking, finding.Severity);
        Assert.Contains(says, finding.What + finding.Do, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_address_with_a_path_is_asked_below_it()
    {
        await using var server = await WebServer.StartAsync(context => context.Response.StatusCode = context.Request.Path.StartsWithSegments("/shop/t/u") || context.Request.Path == "/shop/hooks/wechat" ? 200 : 404);

        Assert.Equal(Severity.Warning, (await OneAsync(new PublicUrlCheck(http, new(server.Url, "/shop"), _ => Task.FromResult<Uri?>(null)))).Severity);
        Assert.Equal("Callbacks are taken from wechat.", (await OneAsync(new CallbacksCheck(http, new(server.Url, "/shop/")))).What);
    }

    [Theory]
    [InlineData("https://localhost:1", "cannot be reached"), InlineData("https://nowhere.invalid", "has no address")]
    public async Task A_public_address_where_nobody_answers_blocks(string url, string says)
    {
        var finding = await OneAsync(new PublicUrlCheck(http, new(url), _ => Task.FromResult<Uri?>(null)));

        Assert.Equal(Severity.Blocking, finding.Severity);
        Assert.Contains(says, finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hook_that_refuses_a_stranger_is_there()
    {
        await using var server = await WebServer.StartAsync(context => context.Response.StatusCode = context.Request.Path == "/hooks/sendgrid" ? 405 : 404);

        Assert.Equal("Callbacks are taken from sendgrid.", (await OneAsync(new CallbacksCheck(http, server.Url))).What);
        Assert.Equal(Severity.Warning, (await OneAsync(new CallbacksCheck(http, null))).Severity);
    }

    [Fact]
    public async Task The_data_folder_is_writable_and_has_room()
    {
        Assert.Contains("is not there yet", (await OneAsync(new DataFolderCheck(scratch.Data))).What, StringComparison.Ordinal);
        Directory.CreateDirectory(scratch.Data);
        Assert.Equal(Severity.Fine, (await OneAsync(new DataFolderCheck(scratch.Data, _ => 1L << 40))).Severity);
        Assert.Equal(Severity.Warning, (await OneAsync(new DataFolderCheck(scratch.Data, _ => 1L << 29))).Severity);
        Assert.Equal(Severity.Blocking, (await OneAsync(new DataFolderCheck(scratch.Data, _ => 1L << 20))).Severity);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Data)); // it leaves nothing behind
    }

    [Fact]
    public async Task A_database_of_another_version_or_none_at_all_blocks_and_is_left_alone()
    {
        Directory.CreateDirectory(scratch.Data);
        var path = Path.Combine(scratch.Data, "marketing.db");
        using (var session = new SqliteSession(path)) session.Execute("PRAGMA user_version = 99; CREATE TABLE theirs (x)");
        Assert.Contains("version 99", (await OneAsync(new SchemaCheck(scratch.Data))).What, StringComparison.Ordinal);

        foreach (var file in Directory.EnumerateFiles(scratch.Data)) File.Delete(file);
        File.WriteAllText(path, new string('x', 4096));
        Assert.Contains("cannot be opened as a database", (await OneAsync(new SchemaCheck(scratch.Data))).What, StringComparison.Ordinal);
        Assert.Equal(new string('x', 4096), File.ReadAllText(path));
    }

    [Fact]
    public async Task A_row_of_the_storage_check_does_not_stay()
    {
        Directory.CreateDirectory(scratch.Data);
        using var file = new SqliteFile(Path.Combine(scratch.Data, "marketing.db"));
        var store = new SqlitePartitionStore(file);

        Assert.Equal(Severity.Fine, (await OneAsync(new StorageCheck(_ => Task.FromResult<IPartitionStore?>(store), azure: false))).Severity);
        Assert.Empty(await store.ReadRangeAsync(Tables.Deployment, "doctor", " ", "~", Ct));
    }

    [Fact]
    public async Task A_storage_that_refuses_says_at_what_and_which_right_is_missing()
    {
        var finding = await OneAsync(new StorageCheck(_ => throw new UnauthorizedAccessException("key=s3cret"), azure: true));

        Assert.Equal((Severity.Blocking, "Cannot open: UnauthorizedAccessException."), (finding.Severity, finding.What));
        Assert.Contains("Storage Table Data Contributor", finding.Do, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", finding.What + finding.Do, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_that_wait_and_messages_put_aside_are_told_and_stay_where_they_are()
    {
        Directory.CreateDirectory(scratch.Data);
        using var file = new SqliteFile(Path.Combine(scratch.Data, "marketing.db"));
        var clock = new FakeTimeProvider(Now);
        var bus = new SqliteBus(file, clock);
        var check = new QueueCheck(_ => Task.FromResult<QueueView?>(new(bus.NextDueAsync, async (queue, ct) => (await bus.DeadLettersAsync(queue, 10, ct)).Count)), clock, azure: false);
        await bus.SendAsync(Queue.Events, [new([1]), new([2])], Ct);
        Assert.Equal("Reachable, and nothing waits for long.", (await OneAsync(check)).What);

        await bus.DeadLetterAsync((await bus.ReceiveAsync(Queue.Events, 1, TimeSpan.FromMinutes(5), Ct)).Single(), "why", Ct);
        clock.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(["Messages have waited for more than 15 minutes.", "1 message of events was put aside after failing again and again."], (await check.RunAsync(Ct)).Select(finding => finding.What));
        Assert.Single(await bus.ReceiveAsync(Queue.Events, 10, TimeSpan.FromMinutes(5), Ct));
    }

    [Fact]
    public async Task A_check_that_never_ends_and_one_that_fails_are_findings_and_stop_no_other()
    {
        var clock = new FakeTimeProvider(Now);
        var running = Examination.RunAsync([new Stuck(), new Failing(), new DataFolderCheck(scratch.Data)], clock, Ct);
        clock.Advance(Examination.MostTime);

        var findings = await running;

        Assert.Equal([("stuck", Severity.Blocking), ("failing", Severity.Blocking), ("data folder", Severity.Fine)], findings.Select(finding => (finding.Check, finding.Severity)));
        Assert.DoesNotContain(findings, finding => finding.What.Contains("s3cret", StringComparison.Ordinal));
    }

    private static async Task<Finding> OneAsync(ICheck check) => Assert.Single(await check.RunAsync(Ct));

    private sealed class Stuck : ICheck
    {
        public string Name => "stuck";

        public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
        {
            await Task.Delay(Timeout.Infinite, ct);
            return [];
        }
    }

    private sealed class Failing : ICheck
    {
        public string Name => "failing";

        public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) => throw new InvalidOperationException("s3cret");
    }
}
