using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.EndToEnd;

/// <summary>The server is killed while a broadcast walks.</summary>
[Collection("End to end")]
public sealed partial class BroadcastKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Customers = 400;

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Killed_again_and_again_a_broadcast_goes_on_where_it_stood_and_nobody_gets_it_twice()
    {
        ConfigWriter.In(scratch.Config).Segment("visitors", """{ "event": "Visit" }""").Message("offer", "offers", "An offer", "<p>An offer. <a href=\"{{ unsubscribe_url }}\">No more</a></p>")
            .Broadcast("sale", """ "segment": "visitors", "message": "offer", "at": "2030-01-01T00:00:00Z" """);
        await using var mail = new ScriptedSmtpServer();
        await using var server = new ServeProcess(scratch.Data, scratch.Config, new Dictionary<string, string> { ["MARKETING_SMTP"] = $"smtp://127.0.0.1:{mail.Port}" });
        await server.StartAsync(ct);
        await VisitAsync(server.Http);
        using (var started = await server.Http.PostAsync("/console/api/broadcasts/sale/start", null, ct)) Assert.Equal("running", JsonElement.Parse(await started.Content.ReadAsStringAsync(ct)).GetProperty("state").GetString());
        foreach (var kill in new[] { 0.1, 0.3, 0.6 })
        {
            await Eventually.HoldsAsync(() => Task.FromResult(mail.Messages.Count >= Customers * kill), "It does not go on.", TimeSpan.FromSeconds(60), ct);
            await server.KillAsync();
            await server.StartAsync(ct);
        }
        await server.KillAsync();
        var found = await FinishAsync(mail.Port);

        var ids = mail.Messages.Select(message => MessageId().Match(message).Groups[1].Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((Customers, Customers, 0L), (found.Audience, found.Sent + found.Unknown, found.Waiting));
        Assert.InRange(ids.Count, found.Sent, found.Sent + found.Unknown);
        output.WriteLine($"{found.Sent} sent, {found.Unknown} unknown, {ids.Count} accepted.");
    }

    private async Task VisitAsync(HttpClient http)
    {
        var calls = Enumerable.Range(0, Customers).SelectMany(i => new[]
        {
            $$"""{"type":"identify","messageId":"i{{i}}","userId":"u{{i}}","traits":{"email":"u{{i}}@shop.example"} }""", $$"""{"type":"track","messageId":"v{{i}}","userId":"u{{i}}","event":"Visit"}""",
        });
        foreach (var batch in calls.Chunk(100))
            using (var answer = await http.PostAsync("/v1/batch", new StringContent($$"""{"batch":[{{string.Join(',', batch)}}]}"""), ct)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.HoldsAsync(async () => JsonElement.Parse(await http.GetStringAsync("/console/api/segments/visitors", ct)).GetProperty("customers").GetInt32() == Customers, "They do not come in.", TimeSpan.FromSeconds(60), ct);
    }

    // What a dead process had claimed is given up two minutes later; here that time has passed.
    private async Task<BroadcastDetails> FinishAsync(int smtp)
    {
        scratch.Clock.Ahead += TimeSpan.FromMinutes(3);
        await using var channel = new SmtpChannel(new("127.0.0.1", smtp, SmtpSecurity.None), TimeProvider.System);
        await using var node = await Node.OpenAsync(new(scratch.Data, new("http://localhost")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), channel, scratch.Clock, NullLoggerFactory.Instance, ct);
        await ((SqliteBus)node.Bus).ReleaseLocksOfOthersAsync(ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pump = node.Pump.RunAsync(stop.Token);
        BroadcastDetails? found = null;
        await Eventually.HoldsAsync(async () => (found = await new BroadcastQueries(node.Store, node.Catalog, scratch.Clock).ShowAsync("sale", ct))!.IsComplete, "It does not come to its end.", TimeSpan.FromSeconds(60), ct);
        await stop.CancelAsync();
        await pump;
        return found!;
    }

    [GeneratedRegex(@"^Message-Id: <(\w+)@shop\.example>\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex MessageId();
}
