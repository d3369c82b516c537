using MarketingAutomation.Deliveries;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Channels;

public sealed class SmtpChannelTests : ChannelContract, IAsyncLifetime
{
    private readonly ScriptedSmtpServer server = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero));
    private SmtpChannel channel = null!;

    private protected override IChannel Channel => channel;

    private protected override IReadOnlyList<Arrival> Arrived => [.. server.Messages.Select(Arrival.Of)];

    public ValueTask InitializeAsync()
    {
        channel = With(new("127.0.0.1", server.Port, SmtpSecurity.None, Connections: 4));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_accepted_message_is_sent_and_keeps_the_servers_answer()
    {
        Assert.Equal(new Outcome.Sent("2.0.0 Ok: queued as ABC1"), await Send());
        var mime = Outgoing.Parse(Assert.Single(server.Messages));
        Assert.Equal(("welcome1@shop.example", clock.GetUtcNow()), (mime.MessageId, mime.Date));
        Assert.Contains("MAIL FROM:<shop@shop.example>", server.Commands);
        Assert.Contains("RCPT TO:<mei@example.test>", server.Commands);
    }

    [Theory]
    [InlineData("MAIL", "451 4.3.0 try again", "smtp 451 4.3.0")]
    [InlineData("RCPT", "450 4.2.1 mei@example.test is busy", "smtp 450 4.2.1")]
    [InlineData("RCPT", "452 no room", "smtp 452")]
    [InlineData("DATA", "451 4.3.0 try again", "smtp 451 4.3.0")]
    [InlineData(".", "451 4.7.1 greylisted", "smtp 451 4.7.1")]
    [InlineData(".", "421 4.3.2 shutting down; hang up", "smtp 421 4.3.2", true)]
    [InlineData("MAIL", "530 5.7.0 sign in first", "smtp 530", true)]
    public async Task A_refusal_for_now_is_tried_again_and_one_that_would_meet_every_message_is_an_outage(string stage, string reply, string reason, bool outage = false)
    {
        server.Says(stage, reply);
        Assert.Equal(new Outcome.Retry(reason, Outage: outage), await Send());
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 <mei@example.test> does not exist", "smtp 550 5.1.1", true)]
    [InlineData("RCPT", "550 5.1.10 null MX", "smtp 550 5.1.10", true)]
    [InlineData("RCPT", "550 5.7.1 policy", "smtp 550 5.7.1", false)]
    [InlineData("RCPT", "550 5.1.8 bad sender", "smtp 550 5.1.8", false)]
    [InlineData("RCPT", "552 5.2.2 mailbox full", "smtp 552 5.2.2", false)]
    [InlineData("RCPT", "550 no", "smtp 550", false)]
    [InlineData("MAIL", "550 5.1.0 sender refused", "smtp 550 5.1.0", false)]
    [InlineData("DATA", "554 5.5.1 no", "smtp 554 5.5.1", false)]
    [InlineData(".", "554 5.7.1 looks like spam", "smtp 554 5.7.1", false)]
    [InlineData(".", "554 5.7.1 looks like spam; hang up", "smtp 554 5.7.1", false)]
    public async Task A_refusal_for_good_is_a_failure_and_a_bad_address_a_hard_bounce(string stage, string reply, string reason, bool hardBounce)
    {
        server.Says(stage, reply);
        Assert.Equal(new Outcome.Failed(reason, hardBounce), await Send());
    }

    [Theory]
    [InlineData("greeting", ScriptedSmtpServer.HangUp)]
    [InlineData("greeting", "554 5.7.1 your address is blocked")]
    [InlineData("EHLO", ScriptedSmtpServer.HangUp)]
    [InlineData("MAIL", ScriptedSmtpServer.HangUp)]
    [InlineData("RCPT", ScriptedSmtpServer.HangUp)]
    [InlineData("DATA", ScriptedSmtpServer.HangUp)]
    [InlineData("MAIL", "nonsense")]
    public async Task A_connection_that_breaks_before_the_message_is_handed_over_is_tried_again(string stage, string reply)
    {
        server.Says(stage, reply);
        Assert.IsType<Outcome.Retry>(await Send());
        Assert.Empty(Arrived);
    }

    [Fact]
    public async Task A_connection_that_breaks_within_a_long_message_is_tried_again()
    {
        server.Says("content", ScriptedSmtpServer.HangUp);
        var outcome = await channel.SendAsync(Outgoing.Welcome with { Html = string.Concat(Enumerable.Repeat("<p>long</p>\n", 700_000)) }, TestContext.Current.CancellationToken);
        Assert.IsType<Outcome.Retry>(outcome);
        Assert.Empty(Arrived);
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_message_was_handed_over_leaves_it_unknown()
    {
        server.Says(".", ScriptedSmtpServer.HangUp);
        Assert.IsType<Outcome.Unknown>(await Send());
        Assert.Single(Arrived);
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    public async Task A_server_too_slow_to_take_the_message_is_tried_again(string stage)
    {
        server.Says(stage, ScriptedSmtpServer.Silence);
        Assert.IsType<Outcome.Retry>(await SendUntil(stage));
    }

    [Fact]
    public async Task A_server_too_slow_to_confirm_the_message_leaves_it_unknown()
    {
        server.Says(".", ScriptedSmtpServer.Silence);
        Assert.IsType<Outcome.Unknown>(await SendUntil("."));
    }

    [Fact]
    public async Task A_caller_who_gives_up_before_the_message_is_handed_over_is_told_so()
    {
        server.Says("MAIL", ScriptedSmtpServer.Silence);
        using var giveUp = new CancellationTokenSource();
        var sending = channel.SendAsync(Outgoing.Welcome, giveUp.Token);
        await server.Reached("MAIL");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Nobody_listening_is_tried_again()
    {
        await server.DisposeAsync();
        Assert.IsType<Outcome.Retry>(await Send());
    }

    [Fact]
    public async Task Messages_one_after_the_other_share_a_connection_even_after_a_refusal()
    {
        await Send();
        server.Says("RCPT", "550 5.1.1 no");
        await Send();
        server.Says("RCPT", "250 Ok");
        await Send();
        Assert.Equal((1, 2), (server.Connections, Arrived.Count));
    }

    [Fact]
    public async Task No_more_connections_are_opened_than_allowed()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => channel.SendAsync(Outgoing.Welcome with { Delivery = $"d{n}" }, TestContext.Current.CancellationToken)));
        Assert.InRange(server.Connections, 1, 4);
        Assert.Equal(40, Arrived.Count);
    }

    [Fact]
    public async Task A_connection_the_server_closed_meanwhile_costs_no_message()
    {
        server.Says(".", "250 Ok; hang up");
        await Send();
        Assert.IsType<Outcome.Sent>(await Send());
        Assert.Equal((2, 2), (server.Connections, Arrived.Count));
    }

    [Fact]
    public async Task A_connection_idle_for_long_is_not_used_again()
    {
        await Send();
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.IsType<Outcome.Sent>(await Send());
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task The_channel_says_goodbye()
    {
        await Send();
        await channel.DisposeAsync();
        Assert.Equal("QUIT", server.Commands.Last());
        channel = With(new("127.0.0.1", server.Port, SmtpSecurity.None));
    }

    [Fact]
    public async Task Signing_in_comes_before_the_first_message()
    {
        server.Says("EHLO", "250-test.example\r\n250 AUTH PLAIN");
        await using var signed = With(new("127.0.0.1", server.Port, SmtpSecurity.None, "me", "secret"));
        Assert.IsType<Outcome.Sent>(await signed.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));
        Assert.Equal(["EHLO", "AUTH", "MAIL"], server.Commands.Take(3).Select(command => command.Split(' ')[0]));
    }

    [Fact]
    public async Task A_refused_password_fails_no_message()
    {
        server.Says("EHLO", "250-test.example\r\n250 AUTH PLAIN").Says("AUTH", "535 5.7.8 bad password");
        await using var signed = With(new("127.0.0.1", server.Port, SmtpSecurity.None, "me", "secret"));
        Assert.IsType<Outcome.Retry>(await signed.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_is_said_in_the_clear_where_tls_is_wanted()
    {
        await using var secure = With(new("127.0.0.1", server.Port, SmtpSecurity.StartTls, "me", "secret"));
        Assert.IsType<Outcome.Retry>(await secure.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal) || command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_do_not_show_the_password() =>
        Assert.DoesNotContain("secret", new SmtpSettings("mail.example", 587, User: "me", Password: "secret").ToString(), StringComparison.Ordinal);

    private SmtpChannel With(SmtpSettings settings) => new(settings, clock);

    private Task<Outcome> Send() => channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken);

    private async Task<Outcome> SendUntil(string stage)
    {
        var sending = Send();
        await server.Reached(stage);
        clock.Advance(SmtpSettings.DefaultTimeout);
        return await sending;
    }
}
