using System.Security.Cryptography;
using System.Text;
using MarketingAutomation.Commands;
using MarketingAutomation.Deliveries;
using MarketingAutomation.EndToEnd;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace MarketingAutomation.Channels;

/// <summary>The SMTP channel against a mail server that somebody else wrote.</summary>
public sealed class SmtpPeerTests : ChannelContract, IAsyncLifetime
{
    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private MailServerPeer peer = null!;
    private SmtpChannel channel = null!;

    private protected override IChannel Channel => channel;

    private protected override IReadOnlyList<Arrival> Arrived => [.. peer.Taken.Select(mail => Arrival.Of(mail.Raw))];

    public async ValueTask InitializeAsync()
    {
        peer = await MailServerPeer.StartAsync(ct);
        channel = new(new("127.0.0.1", peer.Port, SmtpSecurity.None), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (peer is not null) // else the test was skipped
        {
            await channel.DisposeAsync();
            await peer.DisposeAsync();
        }
        scratch.Dispose();
    }

    [Theory]
    [InlineData("code-450-4.2.1", "retry smtp 450 4.2.1")]
    [InlineData("code-452-4.5.3", "retry smtp 452 4.5.3")]
    [InlineData("code-421-4.3.2", "outage smtp 421 4.3.2")]
    [InlineData("code-550-5.1.1", "bounce smtp 550 5.1.1")]
    [InlineData("code-550-5.7.1", "failed smtp 550 5.7.1")]
    [InlineData("data-451-4.7.1", "retry smtp 451 4.7.1")]
    [InlineData("data-554-5.7.1", "failed smtp 554 5.7.1")]
    [InlineData("drop-rcpt", "outage smtp: SmtpProtocolException before the message was handed over")]
    [InlineData("drop-data", "unknown smtp: SmtpProtocolException after the message was handed over")]
    public async Task Every_reply_means_something_and_the_next_message_goes_all_the_same(string name, string means)
    {
        Assert.Equal(means, await SendTo($"{name}@example.test") switch
        {
            Outcome.Retry { Outage: true } outage => $"outage {outage.Reason}",
            Outcome.Retry retry => $"retry {retry.Reason}",
            Outcome.Failed { HardBounce: true } bounce => $"bounce {bounce.Reason}",
            Outcome.Failed failed => $"failed {failed.Reason}",
            Outcome.Unknown unknown => $"unknown {unknown.Reason}",
            var other => other.ToString(),
        });
        Assert.Equal(new Outcome.Sent("OK queued as PEER1"), await SendTo("mei@example.test"));
    }

    [Fact]
    public async Task A_server_too_slow_to_confirm_leaves_the_message_unknown()
    {
        await using var hasty = new SmtpChannel(new("127.0.0.1", peer.Port, SmtpSecurity.None, Timeout: TimeSpan.FromSeconds(2)), TimeProvider.System);
        Assert.IsType<Outcome.Unknown>(await hasty.SendAsync(Outgoing.Welcome with { To = "slow@example.test" }, ct));
        Assert.Single(peer.Taken);
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_gets_no_message()
    {
        await using var secure = new SmtpChannel(new("127.0.0.1", peer.Port, SmtpSecurity.StartTls), TimeProvider.System);
        Assert.True(await secure.SendAsync(Outgoing.Welcome, ct) is Outcome.Retry { Outage: true });
        Assert.Empty(peer.Taken);
    }

    [Fact]
    public async Task Bounces_of_each_message_go_to_an_address_of_its_own()
    {
        await using var own = new SmtpChannel(new("127.0.0.1", peer.Port, SmtpSecurity.None, Bounces: "bounces@shop.example"), TimeProvider.System);
        await own.SendAsync(Outgoing.Welcome, ct);
        var from = Assert.Single(peer.Taken).From;
        Assert.Equal("bounces+3f-abcdefghijklmnopqrstuvwxyz234567.welcome1@shop.example", from);
        Assert.True(ReturnAddress.TryRead(from.ToUpperInvariant(), out var name));
        Assert.Equal(new(Outgoing.Welcome.Customer, "welcome1"), name);
        Assert.False(ReturnAddress.TryRead("bounces@shop.example", out _));
    }

    [Fact]
    public async Task A_signature_covers_what_the_reader_sees_and_both_ways_to_unsubscribe()
    {
        using var key = RSA.Create(2048);
        await using var signing = new SmtpChannel(new("127.0.0.1", peer.Port, SmtpSecurity.None, Dkim: new("s1", "shop.example", KeyFile(key.ExportPkcs8PrivateKeyPem()))), TimeProvider.System);
        Assert.IsType<Outcome.Sent>(await signing.SendAsync(Outgoing.Welcome, ct));

        var raw = Assert.Single(peer.Taken).Raw;
        Assert.True(Verify(raw, key));
        var signature = Outgoing.Parse(raw).Headers["DKIM-Signature"]!;
        Assert.All((string[])["from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"], header => Assert.Contains($":{header}:", $":{SignedHeaders(signature)}:", StringComparison.OrdinalIgnoreCase));
        Assert.False(Verify(raw.Replace("List-Unsubscribe=One-Click", "List-Unsubscribe=None", StringComparison.Ordinal), key));
        Assert.False(Verify(raw.Replace("&amp; friends", "&amp; fiends", StringComparison.Ordinal), key));
    }

    [Fact]
    public void A_key_that_is_none_stops_the_start()
    {
        Assert.Throws<CommandFault>(() => DkimSettings.Parse("selector;domain"));
        Assert.Throws<CommandFault>(() => new DkimSettings("s1", "shop.example", Path.Combine(scratch.Data, "missing.pem")).Open());
        Assert.Throws<CommandFault>(() => new DkimSettings("s1", "shop.example", KeyFile("nonsense")).Open());
    }

    private Task<Outcome> SendTo(string to) => channel.SendAsync(Outgoing.Welcome with { To = to }, ct);

    private string KeyFile(string pem)
    {
        Directory.CreateDirectory(scratch.Data);
        var file = Path.Combine(scratch.Data, "dkim.pem");
        File.WriteAllText(file, pem);
        return file;
    }

    private static string SignedHeaders(string signature) => signature.Split(';').Select(part => string.Concat(part.Where(c => !char.IsWhiteSpace(c)))).Single(part => part.StartsWith("h=", StringComparison.Ordinal))[2..];

    private bool Verify(string raw, RSA key)
    {
        var mime = Outgoing.Parse(raw);
        return new DkimVerifier(new Locator(DotNetUtilities.GetRsaPublicKey(key.ExportParameters(includePrivateParameters: false)))).Verify(mime, mime.Headers[mime.Headers.IndexOf("DKIM-Signature")], ct);
    }

    private sealed class Locator(AsymmetricKeyParameter key) : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            (domain, selector) == ("shop.example", "s1") ? key : throw new InvalidOperationException("Another key is asked for.");

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
