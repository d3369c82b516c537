using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using MarketingAutomation.Bus;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Functions.HostDouble;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MarketingAutomation.Functions;

[Collection("End to end")]
public sealed class TelemetryExportTests : IAsyncLifetime
{
    private readonly Scratch scratch = new();
    private readonly StringBuilder received = new(); // names and texts stand as they are in OTLP's binary form
    private WebApplication? receiver;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Received
    {
        get { lock (received) return received.ToString(); }
    }

    public async ValueTask InitializeAsync()
    {
        ConfigWriter.In(scratch.Config)
            .Message("hello", "orders", "Hello", "<p>Tea.</p>")
            .Journey("hello", """ "entry": { "event": "Signed Up" }, "steps": [ { "id": "send", "send": "hello" } ]""");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        receiver = builder.Build();
        receiver.Run(TakeAsync);
        await receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await receiver!.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task Traces_with_their_invocation_and_the_metrics_operators_need_go_where_OTLP_is_set_and_personal_data_does_not()
    {
        await using var host = await StartAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver!.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        });
        await LiveAsync(host);
        await SeesAsync("/v1/traces", "/v1/metrics", "faas.invocation_id", "work events", "marketing.events.decided", "marketing.deliveries", "sent", "marketing.messages.oldest_age", "marketing.quarantined");
        await Eventually.HoldsAsync(() => Task.FromResult(host.Invocations.All(id => Received.Contains(id, StringComparison.Ordinal))), "An invocation is not to be found.", TimeSpan.FromSeconds(30), Ct);
        foreach (var secret in (string[])["@shop.example", "Firefox", "some-token", "some-query"]) Assert.DoesNotContain(secret, Received, StringComparison.Ordinal);
        Assert.Contains("OpenTelemetry", await LoadedAsync(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azure_Monitor_gets_the_same_where_it_is_set()
    {
        await using var host = await StartAsync(new()
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = $"InstrumentationKey={Guid.Empty};IngestionEndpoint={receiver!.Urls.Single()}/",
            ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED"] = "true",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        });
        await LiveAsync(host);
        await SeesAsync("faas.invocation_id", "work deliveries"); // metrics follow once a minute
    }

    [Fact]
    public async Task Where_nothing_is_set_nothing_is_loaded()
    {
        await using var host = await StartAsync([]);
        await LiveAsync(host);
        Assert.DoesNotContain("OpenTelemetry", await LoadedAsync(host), StringComparison.Ordinal);
        Assert.Equal("", Received);
    }

    private async Task<FunctionsHostDouble> StartAsync(Dictionary<string, string> settings)
    {
        settings[Settings.Config] = scratch.Config;
        var host = FunctionsHostDouble.On(await PublishedFolder.GetAsync(), scratch.Data, settings);
        await host.StartAsync(Ct);
        return host;
    }

    private async Task LiveAsync(FunctionsHostDouble host)
    {
        using var answer = await host.Http.PostAsJsonAsync("/v1/batch", new { batch = new object[] { new { type = "identify", userId = "ada", traits = new { email = "ada@shop.example" } }, new { type = "track", userId = "ada", @event = "Signed Up" } } }, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var click = new HttpRequestMessage(HttpMethod.Get, "/t/c/some-token?some-query=1") { Headers = { { "User-Agent", "Mozilla/5.0 Firefox/140.0" } } };
        using var clicked = await host.Http.SendAsync(click, Ct);
        Assert.Equal(HttpStatusCode.NotFound, clicked.StatusCode);
        Assert.True(await host.InvokeAsync(host.App.Functions.Single(function => function.Name == "events"), TriggerEnvelope.Batch("messages", [new(Queue.Events, "1", "", 1, "nonsense"u8.ToArray())]), Ct));
        using var data = new DataFolder(scratch.Data);
        await Eventually.HoldsAsync(async () => (await data.FactsAsync(Ct)).OfType<Reports.Fact.Settled>().Any(), "There is no message.", TimeSpan.FromSeconds(30), Ct);
    }

    private Task SeesAsync(params string[] names) => Eventually.HoldsAsync(
        () => Task.FromResult(names.All(name => Received.Contains(name, StringComparison.Ordinal))),
        $"Not all of {string.Join(", ", names)} arrive.", TimeSpan.FromSeconds(30), Ct);

    // The libraries that the process has in memory.
    private static async Task<string> LoadedAsync(FunctionsHostDouble host) => await File.ReadAllTextAsync($"/proc/{(await host.HandlerAsync()).Id}/maps", Ct);

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await using var text = http.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body;
        await text.CopyToAsync(body, Ct);
        lock (received) received.AppendLine(http.Request.Path).AppendLine(Encoding.Latin1.GetString(body.ToArray()));
        http.Response.ContentType = http.Request.ContentType;
    }
}
