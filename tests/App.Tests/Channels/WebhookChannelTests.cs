using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Deliveries;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Channels;

/// <summary>The receiver is one that keeps to the Standard Webhooks specification: it checks the signature, and takes an id once.</summary>
public sealed class WebhookChannelTests : ChannelContract, IAsyncLifetime
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("a secret of both sides, long");

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentDictionary<string, JsonElement> taken = [];
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private Func<HttpContext, Task> answers = _ => Task.CompletedTask;
    private int posts;
    private WebApplication app = null!;
    private WebhookChannel channel = null!;

    private protected override IChannel Channel => channel;

    private protected override IReadOnlyList<Arrival> Arrived => [.. taken.Values.Select(json => new Arrival(Text(json, "delivery"), Text(json, "to"), Text(json, "subject"), Text(json, "html"), Text(json, "text")))];

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapPost("/messages", TakeAsync);
        await app.StartAsync(ct);
        channel = new(new(new($"{app.Urls.Single()}/messages?tenant=7"), Secret), clock);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_message_of_which_nobody_knows_is_posted_again_and_taken_once()
    {
        answers = http => { http.Abort(); return Task.CompletedTask; };
        Assert.True(await Send() is Outcome.Retry { Outage: true });
        answers = _ => Task.CompletedTask;
        Assert.Equal(new Outcome.Sent(null), await Send());
        Assert.Equal((2, 1), (posts, taken.Count));
    }

    [Theory]
    [InlineData(200, "sent")]
    [InlineData(202, "sent")]
    [InlineData(400, "failed")]
    [InlineData(410, "failed")]
    [InlineData(422, "failed")]
    [InlineData(409, "retry")]
    [InlineData(429, "outage")]
    [InlineData(500, "outage")]
    [InlineData(503, "outage")]
    [InlineData(401, "outage")]
    [InlineData(404, "outage")]
    [InlineData(302, "outage")]
    public async Task Every_answer_means_something(int status, string means)
    {
        answers = http => { http.Response.StatusCode = status; return Task.CompletedTask; };
        var outcome = await Send();
        Assert.Equal(means, outcome switch { Outcome.Sent => "sent", Outcome.Failed { HardBounce: false } => "failed", Outcome.Retry { Outage: true } => "outage", Outcome.Retry => "retry", _ => "?" });
        Assert.DoesNotContain("example.test", outcome.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_says_when_to_come_again()
    {
        answers = http => { (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (429, "45"); return Task.CompletedTask; };
        Assert.Equal(TimeSpan.FromSeconds(45), Assert.IsType<Outcome.Retry>(await Send()).After);
    }

    [Fact]
    public async Task Nobody_listening_is_tried_again()
    {
        await app.StopAsync(ct);
        Assert.True(await Send() is Outcome.Retry { Outage: true });
    }

    [Fact]
    public void A_secret_is_written_as_the_specification_does_or_plainly()
    {
        Assert.Equal("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Convert.ToBase64String(WebhookSettings.KeyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));
        Assert.Equal(Secret, WebhookSettings.KeyOf(Encoding.UTF8.GetString(Secret)));
        Assert.Equal("webhook (example.com)", new WebhookSettings(new("https://example.com/secret?key=secret"), Secret).ToString());
    }

    private Task<Outcome> Send() => channel.SendAsync(Outgoing.Welcome, ct);

    private async Task TakeAsync(HttpContext http)
    {
        Interlocked.Increment(ref posts);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. body.ToArray()];
        if (headers["webhook-signature"] != $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Secret, signed))}" || headers["webhook-timestamp"] != "1772366400" || headers["Idempotency-Key"] != headers["webhook-id"]) { http.Response.StatusCode = 401; return; }
        taken.TryAdd(headers["webhook-id"]!, JsonElement.Parse(body.ToArray()));
        await answers(http);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
