using System.Security.Cryptography;
using MarketingAutomation.Doctor.Dns;

namespace MarketingAutomation.Doctor;

public sealed class DomainCheckTests : IAsyncDisposable
{
    private const string Shop = "mail.shop.de";

    private readonly DnsServer dns = new();

    public ValueTask DisposeAsync() => dns.DisposeAsync();

    [Theory]
    [InlineData("v=spf1 include:provider.net -all", nameof(Severity.Fine), "1 look-up")]
    [InlineData("v=spf1 ip4:192.0.2.0/24 ~all", nameof(Severity.Fine), "0 look-ups")]
    [InlineData("v=spf1 a mx ?all", nameof(Severity.Warning), "refuses nobody")]
    [InlineData("v=spf1 a mx", nameof(Severity.Warning), "refuses nobody")]
    [InlineData("v=spf1 +all", nameof(Severity.Blocking), "everybody")]
    [InlineData("v=spf1 all", nameof(Severity.Blocking), "everybody")]
    [InlineData("v=spf1 redirect=strict.net", nameof(Severity.Fine), "1 look-up")]
    [InlineData("v=spf1 include:deep.net include:deep.net include:deep.net -all", nameof(Severity.Blocking), "more than 10")]
    [InlineData("v=spf1 include:loop.net -all", nameof(Severity.Blocking), "more than 10")]
    [InlineData("V=SPF1 MX -ALL", nameof(Severity.Fine), "1 look-up")]
    public async Task SPF_is_judged_as_receivers_do(string record, string severity, string what)
    {
        dns.Txt(Shop, "something else").Txt(Shop, record).Txt("provider.net", "v=spf1 ip4:192.0.2.1 -all").Txt("strict.net", "v=spf1 -all").Txt("deep.net", "v=spf1 a mx exists:x.net -all").Txt("loop.net", "v=spf1 include:loop.net -all");

        await FindsAsync(new SpfCheck([Shop], Resolver), Enum.Parse<Severity>(severity), what);
    }

    [Fact]
    public async Task No_SPF_record_blocks_and_two_are_as_good_as_none()
    {
        dns.Txt("two.de", "v=spf1 -all").Txt("two.de", "v=spf1 a -all").Txt("none.de", "v=spf10");

        await FindsAsync(new SpfCheck(["none.de"], Resolver), Severity.Blocking, "has no SPF record");
        await FindsAsync(new SpfCheck(["two.de"], Resolver), Severity.Blocking, "has 2 SPF records");
    }

    [Theory]
    [InlineData(2048, "", nameof(Severity.Fine), "is good")]
    [InlineData(1024, "", nameof(Severity.Warning), "has 1024 bits")]
    [InlineData(512, "", nameof(Severity.Blocking), "has 512 bits")]
    [InlineData(2048, "t=y:s; ", nameof(Severity.Warning), "only for testing")]
    public async Task A_DKIM_key_is_read_and_measured(int bits, string flags, string severity, string what)
    {
        using var rsa = RSA.Create(bits);
        dns.Txt($"s1._domainkey.{Shop}", $"v=DKIM1; k=rsa; {flags}p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}"); // longer than one string of a record

        await FindsAsync(new DkimCheck([Shop], ["s1"], Resolver), Enum.Parse<Severity>(severity), what);
    }

    [Fact]
    public async Task DKIM_keys_that_are_missing_revoked_or_broken_block()
    {
        dns.Txt($"revoked._domainkey.{Shop}", "v=DKIM1; p=").Txt($"broken._domainkey.{Shop}", "v=DKIM1; p=AAAA").Txt($"ed._domainkey.{Shop}", $"k=ed25519; p={Convert.ToBase64String(new byte[32])}");

        await FindsAsync(new DkimCheck([Shop], ["revoked"], Resolver), Severity.Blocking, "was revoked");
        await FindsAsync(new DkimCheck([Shop], ["broken"], Resolver), Severity.Blocking, "no key that can be read");
        await FindsAsync(new DkimCheck([Shop], ["absent"], Resolver), Severity.Blocking, "has no key");
        await FindsAsync(new DkimCheck([Shop], ["ed"], Resolver), Severity.Fine, "is good");
        await FindsAsync(new DkimCheck([Shop], [], Resolver), Severity.Warning, "not looked at");
    }

    [Theory]
    [InlineData("_dmarc.mail.shop.de", "v=DMARC1; p=reject; rua=mailto:d@shop.de", nameof(Severity.Fine), "p=reject")]
    [InlineData("_dmarc.shop.de", "v=DMARC1; p=none; sp=quarantine; rua=mailto:d@shop.de", nameof(Severity.Fine), "p=quarantine, from shop.de")]
    [InlineData("_dmarc.shop.de", "v=DMARC1; p=none; rua=mailto:d@shop.de", nameof(Severity.Warning), "p=none")]
    [InlineData("_dmarc.shop.de", "v=DMARC1; p=perhaps; rua=mailto:d@shop.de", nameof(Severity.Blocking), "nothing receivers understand")]
    [InlineData("_dmarc.shop.de", "something", nameof(Severity.Blocking), "has no DMARC record")]
    public async Task DMARC_is_taken_from_the_nearest_domain_above_that_has_it(string name, string record, string severity, string what)
    {
        dns.Txt(name, record);

        await FindsAsync(new DmarcCheck([Shop], Resolver), Enum.Parse<Severity>(severity), what);
    }

    [Fact]
    public async Task DMARC_without_reports_is_a_warning_of_its_own()
    {
        dns.Txt($"_dmarc.{Shop}", "v=DMARC1; p=reject");

        Assert.Equal([Severity.Fine, Severity.Warning], (await new DmarcCheck([Shop], Resolver).RunAsync(TestContext.Current.CancellationToken)).Select(finding => finding.Severity));
    }

    [Theory]
    [InlineData("mx", nameof(Severity.Fine)), InlineData("null", nameof(Severity.Blocking)), InlineData("a", nameof(Severity.Fine)), InlineData("absent", nameof(Severity.Blocking))]
    public async Task Senders_can_be_answered(string domain, string severity)
    {
        dns.Mx("mx.de", "in.mx.de").Mx("null.de", ".").A("a.de");

        await FindsAsync(new SenderCheck([$"{domain}.de"], Resolver), Enum.Parse<Severity>(severity), $"{domain}.de");
    }

    [Fact]
    public async Task A_domain_of_examples_blocks_and_DNS_is_not_asked_for_it()
    {
        await FindsAsync(new SenderCheck(["shop.example"], Resolver), Severity.Blocking, "for examples");
        Assert.Empty(await new SpfCheck(["shop.example"], Resolver).RunAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_server_that_fails_is_no_missing_record()
    {
        dns.Broken(Shop);

        await FindsAsync(new SpfCheck([Shop], Resolver), Severity.Warning, "DNS gives no answer");
    }

    private Resolver Resolver => new(dns.EndPoint);

    private static async Task FindsAsync(ICheck check, Severity severity, string what)
    {
        var finding = Assert.Single(await check.RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.Equal(severity, finding.Severity);
        Assert.True(finding.Severity == Severity.Fine || finding.Do.Length > 0);
    }
}
