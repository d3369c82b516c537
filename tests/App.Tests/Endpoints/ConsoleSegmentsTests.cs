using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Segments;
using MarketingAutomation.Simulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Endpoints;

/// <summary>Segments over HTTP and as commands, on a shop of 300 customers of whom every third has ordered.</summary>
public sealed class ConsoleSegmentsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly EndToEnd.Scratch scratch = new();
    private readonly List<WebApplication> apps = [];
    private Node node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ConfigWriter.In(scratch.Config).Segment("buyers", """{ "event": "Order" }""").Segment("idle", """{ "not": { "segment": "buyers" } }""");
        node = await Node.OpenAsync(new(scratch.Data, new("http://localhost")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), new RecordingChannel(), new FakeTimeProvider(Start), NullLoggerFactory.Instance, Ct);
        await node.AcceptAsync([.. Enumerable.Range(0, 300).Select(i => (CustomerEvent)new CustomerEvent.Tracked { MessageId = $"m{i}", UserId = $"c{i}", Event = i % 3 == 0 ? "Order" : "View", At = Start, ReceivedAt = Start, Properties = JsonElement.Parse($$"""{"revenue":{{i}}}""") })], Ct);
        await node.Pump.DrainAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps) await app.DisposeAsync();
        await node.DisposeAsync();
        scratch.Dispose();
    }

    private async Task<HttpClient> ServeAsync(string? key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        apps.Add(app);
        app.MapSegments(new(node.Store, node.Catalog, node.Clock), key, (path, text) => version => ConfigFiles.ReadWith(scratch.Config, path, text, version, node.Catalog.Deployment));
        await app.StartAsync(Ct);
        return new() { BaseAddress = new(app.Urls.Single() + "/console/api/segments") };
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string path) => JsonElement.Parse(await http.GetStringAsync(http.BaseAddress + path, Ct));

    [Fact]
    public async Task Segments_are_listed_with_their_members_and_shown_with_what_depends_on_them()
    {
        using var http = await ServeAsync(null);
        var list = (await GetAsync(http, "")).GetProperty("segments").EnumerateArray().ToDictionary(line => line.GetProperty("id").GetString()!, line => line.GetProperty("customers").GetInt64());
        Assert.Equal((100, 200), (list["buyers"], list["idle"]));
        var shown = await GetAsync(http, "/buyers");
        Assert.Equal("""{"event":"Order"}""", JsonSerializer.Serialize(shown.GetProperty("when")));
        Assert.Equal("idle", shown.GetProperty("askedBy")[0].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(http.BaseAddress + "/nobody", Ct)).StatusCode);
    }

    [Fact]
    public async Task Members_come_a_page_at_a_time_each_once()
    {
        using var http = await ServeAsync(null);
        List<string> users = [];
        for (string? after = ""; after is not null;)
        {
            var page = await GetAsync(http, $"/buyers/members?limit=30{(after.Length > 0 ? $"&after={after}" : "")}");
            users.AddRange(page.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("userId").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"c{i * 3}").Order(StringComparer.Ordinal), users.Order(StringComparer.Ordinal));
        foreach (var wrong in new[] { "limit=0", "limit=many", "after=me" }) Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"{http.BaseAddress}/buyers/members?{wrong}", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_preview_counts_from_the_stored_past_and_changes_nothing()
    {
        using var http = await ServeAsync(null);
        var before = (await node.Store.ScanAsync("customers", "", "~", Ct).ToListAsync(Ct)).Select(row => (row.Partition, row.Key, row.ETag)).ToList();
        async Task<JsonElement> PreviewAsync(string id, string when, string exact = "true")
        {
            var answer = await http.PostAsync($"{http.BaseAddress}/{id}/preview?exact={exact}", new StringContent($$"""{ "name": { "en": "New" }, "when": {{when}} }"""), Ct);
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct));
        }
        Assert.Equal(50, (await PreviewAsync("big", """{ "event": "Order", "sum": { "of": "revenue", "atLeast": 150 } }""")).GetProperty("customers").GetInt64());
        Assert.Equal(250, (await PreviewAsync("small", """{ "not": { "segment": "big2" } }""".Replace("\"segment\": \"big2\"", """ "event": "Order", "sum": { "of": "revenue", "atLeast": 150 } """, StringComparison.Ordinal))).GetProperty("customers").GetInt64());
        Assert.Equal(300, (await PreviewAsync("buyers", """{ "any": [ { "event": "Order" }, { "event": "View" } ] }""")).GetProperty("customers").GetInt64()); // an edit, in its place
        Assert.Contains("did you mean", (await PreviewAsync("x", """{ "segment": "byers" }""")).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, (await node.Store.ScanAsync("customers", "", "~", Ct).ToListAsync(Ct)).Select(row => (row.Partition, row.Key, row.ETag)));
    }

    [Fact]
    public async Task A_preview_of_a_sample_says_how_far_it_may_be_off()
    {
        var found = await new SegmentQueries(node.Store, node.Catalog, node.Clock, sampleSize: 90).PreviewAsync("buyers", version => ConfigFiles.Load(scratch.Config, version, node.Catalog.Deployment), exact: false, Ct);
        Assert.False(found.IsExact);
        Assert.InRange(found.Sampled, 90, 120);
        Assert.InRange(100, found.Low, found.High);
        Assert.InRange(found.Customers, found.Low + 1, found.High - 1);
    }

    [Fact]
    public async Task Without_a_key_only_this_machine_may_ask_and_not_by_way_of_a_proxy()
    {
        using var http = await ServeAsync(null);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(http.BaseAddress, Ct)).StatusCode);
    }

    [Fact]
    public async Task With_a_key_who_shows_it_may_ask_from_anywhere_and_nobody_else()
    {
        using var http = await ServeAsync("open sesame");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(http.BaseAddress, Ct)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "open barley");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(http.BaseAddress, Ct)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "open sesame");
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(http.BaseAddress, Ct)).StatusCode);
    }

    [Fact]
    public async Task The_commands_say_the_same()
    {
        async Task<string> RunAsync(params string[] arguments)
        {
            var (exitCode, output, errors) = await Programs.RunAsync(Programs.Marketing(null, ["segments", .. arguments, "--data", scratch.Data, "--config", scratch.Config]), Ct);
            Assert.True(exitCode == 0, errors);
            return output;
        }
        Assert.Contains("100", (await RunAsync("list")).Split('\n').Single(line => line.StartsWith("buyers ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("asked by  idle", await RunAsync("show", "buyers"), StringComparison.Ordinal);
        Assert.Equal(5, JsonElement.Parse(await RunAsync("members", "idle", "--limit", "5", "--json")).GetProperty("members").GetArrayLength());
        var file = Path.Combine(scratch.Data, "viewers.json");
        await File.WriteAllTextAsync(file, """{ "name": { "en": "Viewers" }, "when": { "event": "View", "within": "P3650D" } }""", Ct);
        Assert.Equal("200 of 300 customers.", (await RunAsync("preview", file, "--exact")).Trim());
    }

    [Fact]
    public async Task A_lost_index_is_made_anew_from_the_customers()
    {
        var queries = new SegmentQueries(node.Store, node.Catalog, node.Clock);
        var before = await node.Store.ScanAsync("members", "", "~", Ct).ToListAsync(Ct);
        foreach (var row in before) await node.Store.CommitAsync("members", row.Partition, [new Storage.Write.Delete(row.Key)], Ct);
        Assert.Empty((await queries.MembersAsync("buyers", null, 10, Ct))!.Members);
        Assert.Equal(300, await queries.ReindexAsync(Ct));
        Assert.Equal([100, 200], (await queries.ListAsync(Ct)).Segments.Select(line => line.Customers));
        Assert.Equal(before.Select(row => row.Key).Distinct().Order(StringComparer.Ordinal), (await node.Store.ScanAsync("members", "", "~", Ct).ToListAsync(Ct)).Select(row => row.Key).Order(StringComparer.Ordinal));
    }
}
