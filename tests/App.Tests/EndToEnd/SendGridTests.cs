using System.Net;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Channels;
using static MarketingAutomation.Channels.SendGridDouble;

namespace MarketingAutomation.EndToEnd;

/// <summary>From events over HTTP through a provider and back, with the server as it is run.</summary>
[Collection("End to end")]
public sealed class SendGridTests : IDisposable
{
    private const int Customers = 60;

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Messages_taken_by_SendGrid_are_reported_as_its_own_ledger_has_them()
    {
        ConfigWriter.In(scratch.Config)
            .Message("thanks", "offers", "Thank you", """<p><a href="https://shop.example/review">Tell us</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>""")
            .Journey("thanks", """ "entry": { "event": "Order Completed" }, "steps": [ { "id": "send", "send": "thanks" } ]""");
        await using var provider = await StartAsync();
        // A third breaks off after it was taken, a third before; between them no five in a row, which would be an outage.
        provider.Script = n => (n % 3) switch { 0 => new(0, Takes: n % 2 == 0, End: End.Abort), 1 => Reply.Accept, _ => n % 2 == 0 ? new(400, """{"errors":[{"field":"content"}]}""") : Reply.Accept };
        await using var server = new ServeProcess(scratch.Data, scratch.Config, new Dictionary<string, string>
        {
            ["MARKETING_SENDGRID"] = ApiKey,
            ["MARKETING_SENDGRID_HOST"] = provider.Host.AbsoluteUri,
            ["MARKETING_SENDGRID_WEBHOOK_KEY"] = provider.PublicKey,
        });
        await server.StartAsync(ct);
        await OrderAsync(server);
        using (var data = new DataFolder(scratch.Data)) await data.QuietAsync(ct);

        var at = TimeProvider.System.GetUtcNow();
        var events = provider.Ledger.SelectMany(taken => new[] { provider.Event("processed", taken, at), provider.Event("delivered", taken, at) }).Reverse().ToList();
        foreach (var batch in events.Concat(events).Chunk(25))
        {
            using var post = provider.Post(batch);
            using var answer = await server.Http.SendAsync(post, ct);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
        int waiting; // a request that broke off before all of it was sent is made again, in a minute
        using (var data = new DataFolder(scratch.Data))
        {
            await data.QuietAsync(ct);
            await data.AssertNothingLeftAsync(ct);
            var deliveries = (await data.CustomersAsync(ct)).Values.SelectMany(customer => customer.Deliveries.Values).ToList();
            waiting = deliveries.Count(delivery => delivery.Status == Deliveries.DeliveryStatus.Retry);
            var delivered = deliveries.Where(delivery => delivery.Status == Deliveries.DeliveryStatus.Delivered).Select(delivery => delivery.Id);
            Assert.Equal(provider.Ledger.Select(taken => taken.Delivery).Order(StringComparer.Ordinal), delivered.Order(StringComparer.Ordinal));
        }
        Assert.Equal(provider.Ledger.Count, provider.Ledger.DistinctBy(taken => taken.Delivery).Count());

        var step = Assert.Single(await Programs.ReportAsync(scratch, ct));
        Assert.Equal((provider.Ledger.Count, provider.Ledger.Count), (step.GetProperty("sent").GetInt32(), step.GetProperty("delivered").GetInt32()));
        Assert.Equal(Customers - waiting, new[] { "sent", "failed", "unknown" }.Sum(status => step.GetProperty(status).GetInt32()));
        Assert.NotEqual(0, step.GetProperty("unknown").GetInt32());
        Assert.DoesNotContain("@example.test", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MARKETING_SENDGRID_HOST", "api.sendgrid.com", "MARKETING_SENDGRID_HOST")]
    [InlineData("MARKETING_SENDGRID_SANDBOX", "perhaps", "MARKETING_SENDGRID_SANDBOX")]
    [InlineData("MARKETING_SMTP", "smtp://localhost", "one way only")]
    [InlineData("MARKETING_SENDGRID_WEBHOOK_KEY", "nonsense", "MARKETING_SENDGRID_WEBHOOK_KEY")]
    public async Task A_setting_that_is_none_stops_the_start_and_says_which(string name, string value, string says)
    {
        ConfigWriter.In(scratch.Config);
        var environment = new Dictionary<string, string> { ["MARKETING_SENDGRID"] = ApiKey, [name] = value };
        var (exitCode, _, errors) = await Programs.RunAsync(Programs.Marketing(environment, "serve", "--data", scratch.Data, "--config", scratch.Config, "--port", "18999"), ct);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, errors, StringComparison.Ordinal);
    }

    private async Task OrderAsync(ServeProcess server)
    {
        var batch = Enumerable.Range(0, Customers).SelectMany(n => new object[]
        {
            new { type = "identify", messageId = $"i{n}", userId = $"customer-{n}", traits = new { email = $"customer-{n}@example.test" } },
            new { type = "track", messageId = $"o{n}", userId = $"customer-{n}", @event = "Order Completed" },
        });
        using var body = new StringContent(JsonSerializer.Serialize(new { batch }), Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync("/v1/batch", body, ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
