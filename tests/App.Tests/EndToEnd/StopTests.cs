using System.Text;
using MarketingAutomation.Storage;

namespace MarketingAutomation.EndToEnd;

/// <summary>A running server whose messages are stopped from a command line beside it, and let go on over HTTP.</summary>
public sealed class StopTests : IDisposable
{
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(10), Soon = TimeSpan.FromSeconds(60);

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_command_stops_a_busy_server_within_ten_seconds_and_what_waited_goes_once_after_it_is_resumed()
    {
        ConfigWriter.In(scratch.Config).Message("receipt", "orders", "Thank you", "<p>Thank you.</p>")
            .Journey("receipt", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "send", "send": "receipt" } ]""");
        await using var server = await ServeProcess.StartAsync(scratch.Data, scratch.Config, ct);
        var asked = 0;
        async Task AskAsync()
        {
            asked++;
            foreach (var (path, body) in new[] { ("identify", $$$"""{"userId":"u{{{asked}}}","traits":{"email":"u{{{asked}}}@shop.example"}}"""), ("track", $$"""{"userId":"u{{asked}}","event":"Order Completed"}""") })
                (await server.Http.PostAsync($"/v1/{path}", new StringContent(body, Encoding.UTF8, "application/json"), ct)).EnsureSuccessStatusCode();
        }
        await AskAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(scratch.Data).Count == 1), "Nothing is sent.", Soon, ct); // by now it knows that nothing is stopped

        var (exitCode, _, errors) = await Programs.RunAsync(Programs.Marketing(null, "pause", "--channel", "file", "--data", scratch.Data, "--config", scratch.Config), ct);
        Assert.True(exitCode == 0, errors);
        using var data = scratch.Look();
        await Eventually.HoldsAsync(async () =>
        {
            await AskAsync();
            return await data.Store.ScanAsync(Tables.Waiting, "", "~", ct).AnyAsync(ct);
        }, "It still sends.", InTime, ct);

        (await server.Http.PostAsync("/console/api/controls/resume", new StringContent("""{ "channel": "file" }"""), ct)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => Task.FromResult(Mail.In(scratch.Data).Count == asked), "What waited does not go.", Soon, ct);
        Assert.Equal(asked, Mail.In(scratch.Data).Select(mail => mail.To).Distinct().Count());
        Assert.Contains("\"sent\": ", await server.Http.GetStringAsync("/console/api/reception", ct), StringComparison.Ordinal);
    }
}
