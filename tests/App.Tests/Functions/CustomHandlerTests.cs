using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Functions.HostDouble;
using MarketingAutomation.Simulation;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Functions;

/// <summary>The published executable keeps to the host's contract for custom handlers.</summary>
[Collection("End to end")]
public sealed class CustomHandlerTests : IDisposable
{
    private readonly Scratch scratch = new();

    public CustomHandlerTests() => ConfigWriter.In(scratch.Config);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Dictionary<string, string> AppSettings => new() { [Settings.Config] = scratch.Config, ["MARKETING_PUBLIC_URL"] = "http://app.azurewebsites.example" };

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Whatever_the_host_was_recorded_to_send_is_answered_with_a_JSON_object()
    {
        var recorded = Path.GetDirectoryName(SharedFolder.FileOrSkip(Path.Combine("functions-host", "Timer1.json")))!;
        await using var host = await StartAsync();
        foreach (var file in Directory.GetFiles(recorded, "*.json"))
            foreach (var function in host.App.Functions.Where(function => function.Type is "serviceBusTrigger" or "timerTrigger"))
                Assert.True(await host.InvokeAsync(function, await File.ReadAllBytesAsync(file, Ct), Ct), $"{function.Name} fails on {Path.GetFileName(file)}."); // what it holds for us is nonsense, and is put aside
        Assert.Empty(host.Faults);
        Assert.Empty(host.Exits);
    }

    [Fact]
    public async Task A_trigger_is_closed_to_whatever_came_through_the_hosts_front()
    {
        await using var host = await StartAsync();
        foreach (var path in (string[])["/events", "/wakes", "/deliveries", "/tick"])
        {
            using var throughFront = await host.Http.PostAsync(path, new StringContent("{}"), Ct);
            Assert.Equal(HttpStatusCode.NotFound, throughFront.StatusCode);

            // Should a route ever lead there, the host's own mark on the request gives it away.
            foreach (var mark in (string[])["X-Forwarded-For", "x-forwarded-host", "X-FORWARDED-PROTO"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, (await host.HandlerAsync()).Address(path)) { Content = new StringContent("{}"), Headers = { { mark, "203.0.113.7" } } };
                using var refused = await HandlerProcess.SendAsync(request, Ct);
                Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            }
        }
    }

    [Fact]
    public async Task Outside_the_host_there_are_no_triggers()
    {
        await using var server = await ServeProcess.StartAsync(scratch.Data, scratch.Config, Ct);
        foreach (var path in (string[])["/events", "/wakes", "/deliveries", "/tick"])
        {
            using var answer = await server.Http.PostAsync(path, new ByteArrayContent(TriggerEnvelope.Timer("timer")), Ct);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_batch_may_be_as_large_as_the_queue_lets_it_be()
    {
        await using var host = await StartAsync();
        var padding = new string('x', EventsBody.MostBytes - 1000);
        var now = TimeProvider.System.GetUtcNow();
        Received[] batch = [.. from i in Enumerable.Range(0, host.App.MaxMessageBatchSize)
                               let e = new CustomerEvent.Tracked { MessageId = $"m-{i}", UserId = $"customer-{i}", Event = "Uploaded", At = now, ReceivedAt = now, Properties = System.Text.Json.JsonSerializer.SerializeToElement(new { padding }) }
                               select new Received(Queue.Events, $"{i}", "", 1, EventsBody.Write([e]).Single())];
        Assert.True(await host.InvokeAsync(host.App.Functions.Single(function => function.Name == "events"), TriggerEnvelope.Batch("messages", batch), Ct));
        using var data = new DataFolder(scratch.Data);
        Assert.Equal(batch.Length, (await data.CustomersAsync(Ct)).Count);
    }

    [Fact]
    public async Task It_answers_the_host_at_once_and_lets_all_else_wait_until_storage_answers()
    {
        await using var host = FunctionsHostDouble.On(await PublishedFolder.GetAsync(), scratch.Data, AppSettings);
        await using var blocker = new SqliteConnection($"Data Source={Path.Combine(scratch.Data, "marketing.db")}");
        await blocker.OpenAsync(Ct);
        await ExecuteAsync(blocker, "BEGIN IMMEDIATE"); // nobody else can write now
        await host.StartAsync(Ct);

        var (accepted, ticked) = (host.Http.PostAsJsonAsync("/v1/track", new { userId = "ada", @event = "Signed Up" }, Ct), host.TickAsync("tick", Ct));
        using (var alive = await HandlerProcess.SendAsync(new(HttpMethod.Get, (await host.HandlerAsync()).Address("/")), Ct))
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.False(accepted.IsCompleted || ticked.IsCompleted);

        await ExecuteAsync(blocker, "COMMIT");
        using var answer = await accepted;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(await ticked);
        Assert.Empty(host.Exits);
    }

    [Theory]
    [InlineData(Settings.Config, "/nowhere", "There is no config folder /nowhere")]
    [InlineData("MARKETING_SMTP", "nonsense", "MARKETING_SMTP is no address")]
    [InlineData(Settings.Data, "", "the disk does not last")]
    public async Task What_cannot_work_ends_with_a_fault_and_one_line_that_says_why(string setting, string value, string why)
    {
        List<string> lines = [];
        using var process = new HandlerProcess(new(await PublishedFolder.GetAsync()), new Dictionary<string, string>(AppSettings) { [Settings.Data] = scratch.Data, [setting] = value }, lines.Add);
        Assert.Equal(ExitCode.Fault, await process.EndAsync().WaitAsync(TimeSpan.FromSeconds(60), Ct));
        Assert.Contains(why, Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Told_to_stop_it_says_to_the_host_that_it_wants_to_be_started_again()
    {
        await using var host = await StartAsync();
        await SignalAsync("TERM", (await host.HandlerAsync()).Id);
        await Eventually.HoldsAsync(() => Task.FromResult(host.Exits.Count > 0), "It does not stop.", TimeSpan.FromSeconds(30), Ct);
        await host.StartAsync(Ct);
        Assert.Equal([ExitCode.StartAgain], host.Exits);
    }

    [Fact]
    public async Task Whoever_is_too_old_for_a_customer_starts_again_with_the_newest_config()
    {
        await using var host = await StartAsync();
        Assert.True(await host.TickAsync("tick", Ct)); // now it has read its config
        await DecideWithNewerConfigAsync("ada");
        using (var answer = await host.Http.PostAsJsonAsync("/v1/track", new { userId = "ada", messageId = "second", @event = "Signed Up" }, Ct))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        using var data = new DataFolder(scratch.Data);
        await Eventually.HoldsAsync(async () => (await data.LogAsync(Ct)).Any(line => line.Entry.Input is Input.Happened { Event.MessageId: "second" }), "The event is not decided.", TimeSpan.FromSeconds(60), Ct);
        Assert.Equal([ExitCode.StartAgain], host.Exits);
        await data.QuietAsync(Ct); // what follows from it runs after it is committed
        await data.AssertNothingLeftAsync(Ct);
    }

    // As a process of the next deployment would.
    private async Task DecideWithNewerConfigAsync(string userId)
    {
        var (newer, now) = (scratch.Folder("newer"), TimeProvider.System.GetUtcNow());
        ConfigWriter.In(newer).Segment("everybody", """{ "event": "Signed Up" }""");
        await using var node = await Node.OpenAsync(new(scratch.Data, new("http://localhost")), (deployment, version) => ConfigFiles.Load(newer, version, deployment), new RecordingChannel(), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var key = CustomerKey.OfUser(node.Catalog.Deployment.Pepper, userId);
        var decided = await node.Customers.DecideAsync(key, [new Input.Happened(new CustomerEvent.Tracked { MessageId = "first", UserId = userId, Event = "Signed Up", At = now, ReceivedAt = now })], Ct);
        await node.Effects.RunAsync(decided.Todos, Ct);
    }

    private async Task<FunctionsHostDouble> StartAsync()
    {
        var host = FunctionsHostDouble.On(await PublishedFolder.GetAsync(), scratch.Data, AppSettings);
        await host.StartAsync(Ct);
        return host;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task SignalAsync(string signal, int process) => Assert.Equal(0, (await Programs.RunAsync(Programs.Start("kill", "/", $"-{signal}", $"{process}"), Ct)).ExitCode);
}
