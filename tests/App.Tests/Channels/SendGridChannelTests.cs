using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using Microsoft.Extensions.Time.Testing;
using static MarketingAutomation.Channels.SendGridDouble;

namespace MarketingAutomation.Channels;

public sealed class SendGridChannelTests : ChannelContract, IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FakeTimeProvider clock = new(Noon);
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private SendGridDouble provider = null!;
    private SendGridChannel channel = null!;

    private protected override IChannel Channel => channel;

    private protected override IReadOnlyList<Arrival> Arrived => [.. provider.Requests.Select(request => Read(request.Mail))];

    public async ValueTask InitializeAsync()
    {
        provider = await StartAsync();
        channel = new(new(ApiKey, provider.Host), clock);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_written_as_SendGrid_takes_it()
    {
        Assert.Equal(new Outcome.Sent("id1"), await Send());
        var (headers, mail) = Assert.Single(provider.Requests);
        Assert.Equal(("application/json", "Bearer SG.double"), (headers["Content-Type"], headers["Authorization"]));
        Assert.StartsWith("sendgrid/9.29.3", headers["User-Agent"], StringComparison.Ordinal);
        Golden.Match("welcome.sendgrid.json", JsonSerializer.Serialize(mail, Indented).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Nothing_that_is_kept_for_ever_is_personal()
    {
        await Send();
        var mail = provider.Requests.Single().Mail;
        var kept = $"{mail.GetProperty("personalizations")[0].GetProperty("custom_args").GetRawText()} {mail.GetProperty("categories").GetRawText()}";
        Assert.Equal("""{"delivery":"3f-abcdefghijklmnopqrstuvwxyz234567.welcome1"} ["journey:welcome","message:welcome-guide"]""", kept);
    }

    [Fact]
    public async Task A_message_that_cannot_be_refused_offers_no_way_to_refuse_it()
    {
        await channel.SendAsync(Outgoing.Welcome with { UnsubscribeUrl = null }, ct);
        Assert.False(provider.Requests.Single().Mail.TryGetProperty("headers", out _));
    }

    [Fact]
    public async Task In_the_sandbox_messages_are_checked_and_nobody_gets_them()
    {
        provider.Script = _ => new(200);
        using var sandbox = new SendGridChannel(new(ApiKey, provider.Host, Sandbox: true), clock);
        Assert.Equal(new Outcome.Sent("sandbox"), await sandbox.SendAsync(Outgoing.Welcome, ct));
        Assert.Equal("""{"sandbox_mode":{"enable":true}}""", provider.Requests.Single().Mail.GetProperty("mail_settings").GetRawText());
        Assert.False(sandbox.CallsBack);
    }

    [Theory]
    [InlineData("60", null, 60)]                                        // seconds left
    [InlineData("1772366430", null, 30)]                                // Unix time: Noon is 1772366400
    [InlineData("1772366000", null, 1)]                                 // over already
    [InlineData("99999999999", null, 3600)]
    [InlineData(null, "90", 90)]
    [InlineData(null, "Sun, 01 Mar 2026 12:02:00 GMT", 120)]
    [InlineData("soon", "90", 90)]
    [InlineData("60", "90", 60)]
    public async Task Too_many_requests_are_tried_again_when_SendGrid_says_so(string? reset, string? after, int seconds)
    {
        (string, string)[] headers = [.. new[] { ("X-RateLimit-Reset", reset), ("Retry-After", after) }.Where(header => header.Item2 is not null).Select(header => (header.Item1, header.Item2!))];
        provider.Script = _ => Reply.Busy(headers);
        Assert.Equal(new Outcome.Retry("sendgrid 429", TimeSpan.FromSeconds(seconds), Outage: true), await Send());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_refusal_without_a_time_is_tried_again_when_we_think_fit(int status)
    {
        provider.Script = _ => new(status);
        Assert.Equal(new Outcome.Retry($"sendgrid {status}", Outage: true), await Send());
    }

    [Theory]
    [InlineData(400, "personalizations.0.to.0.email", true)]
    [InlineData(400, "content.0.value", false)]
    [InlineData(413, null, false)]
    public async Task A_message_that_breaks_the_rules_fails_and_its_error_names_no_customer(int status, string? field, bool hardBounce)
    {
        provider.Script = _ => new(status, JsonSerializer.Serialize(new { errors = new[] { new { message = "mei@example.test is no address", field, help = (string?)null } } }));
        Assert.Equal(new Outcome.Failed($"sendgrid {status} {field}".TrimEnd(), hardBounce), await Send());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task An_account_that_is_refused_is_the_operators_business_and_fails_no_message(int status)
    {
        provider.Script = _ => new(status, "<html>no json</html>");
        var retry = Assert.IsType<Outcome.Retry>(await Send());
        Assert.Equal((ProviderWait.ForOperator, true), (retry.After, retry.Outage));
        Assert.Contains("look after", retry.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_fault_of_the_server_may_come_after_it_took_the_message(int status)
    {
        provider.Script = _ => new(status, """{"errors":[{"message":"oops","field":null}]}""", Takes: true);
        Assert.Equal(new Outcome.Unknown($"sendgrid {status}"), await Send());
        Assert.Single(provider.Requests);
    }

    [Fact]
    public async Task A_server_that_says_when_to_come_again_has_not_taken_the_message()
    {
        provider.Script = _ => new(503, Headers: [("Retry-After", "20")]);
        Assert.Equal(new Outcome.Retry("sendgrid 503", TimeSpan.FromSeconds(20), Outage: true), await Send());
    }

    [Fact]
    public async Task A_server_too_slow_to_confirm_leaves_the_message_unknown()
    {
        provider.Script = _ => new(0, Takes: true, End: End.Hang);
        var sending = Send();
        await Eventually(() => provider.Ledger.Count == 1);
        clock.Advance(SendGridSettings.DefaultTimeout);
        Assert.Equal(new Outcome.Unknown("sendgrid: timed out after the message was handed over"), await sending);
    }

    [Fact]
    public async Task A_caller_who_gives_up_after_the_message_was_handed_over_is_told_that_nobody_knows()
    {
        provider.Script = _ => new(0, Takes: true, End: End.Hang);
        using var giveUp = new CancellationTokenSource();
        var sending = channel.SendAsync(Outgoing.Welcome, giveUp.Token);
        await Eventually(() => provider.Ledger.Count == 1);
        await giveUp.CancelAsync();
        Assert.IsType<Outcome.Unknown>(await sending);
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_message_was_handed_over_leaves_it_unknown()
    {
        await Send();                                                   // also on a connection that was good before, where a client might be tempted to send again
        provider.Script = _ => new(0, Takes: true, End: End.Abort);
        Assert.IsType<Outcome.Unknown>(await Send());
        Assert.Equal((2, 1), (provider.Requests.Count, provider.Connections));
    }

    [Fact]
    public async Task Nobody_listening_is_tried_again()
    {
        await provider.DisposeAsync();
        Assert.True(await Send() is Outcome.Retry { Outage: true });
    }

    [Fact]
    public async Task A_key_that_is_refused_is_not_shown()
    {
        using var stranger = new SendGridChannel(new("SG.stolen", provider.Host), clock);
        Assert.DoesNotContain("stolen", (await stranger.SendAsync(Outgoing.Welcome, ct)).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", new SendGridSettings("SG.secret", SendGridSettings.World).ToString(), StringComparison.Ordinal);
    }

    private Task<Outcome> Send() => channel.SendAsync(Outgoing.Welcome, ct);

    private async Task Eventually(Func<bool> holds) => await EndToEnd.Eventually.HoldsAsync(() => Task.FromResult(holds()), "The message does not arrive.", TimeSpan.FromSeconds(30), ct);

    private static Arrival Read(JsonElement mail)
    {
        var one = mail.GetProperty("personalizations")[0];
        var content = mail.GetProperty("content").EnumerateArray().ToDictionary(part => part.GetProperty("type").GetString()!, part => part.GetProperty("value").GetString()!);
        return new(one.GetProperty("custom_args").GetProperty("delivery").GetString()!.Split('.')[1], one.GetProperty("to")[0].GetProperty("email").GetString()!, mail.GetProperty("subject").GetString()!, content["text/html"], content["text/plain"]);
    }
}
