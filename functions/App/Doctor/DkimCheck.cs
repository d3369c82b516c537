using System.Security.Cryptography;
using MarketingAutomation.Doctor.Dns;

namespace MarketingAutomation.Doctor;

/// <summary>DKIM (RFC 6376): the keys whose signatures receivers check. Looked for under the From domain, so it aligns.</summary>
/// <param name="selectors">Names of the keys; DNS cannot list them.</param>
internal sealed class DkimCheck(IReadOnlyList<string> domains, IReadOnlyList<string> selectors, IResolver dns) : DomainCheck(domains)
{
    private const int LeastBits = 1024, GoodBits = 2048;

    public override string Name => "DKIM";

    protected override async Task<IReadOnlyList<Finding>> LookAsync(string domain, CancellationToken ct)
    {
        if (selectors.Count == 0) return [Warning($"{domain}: not looked at, because DNS cannot list the keys.", "Name the selector your mail provider signs with: --dkim-selector NAME.")];
        List<Finding> findings = [];
        foreach (var selector in selectors) findings.Add(await LookAsync(domain, selector, ct));
        return findings;
    }

    private async Task<Finding> LookAsync(string domain, string selector, CancellationToken ct)
    {
        var name = $"{selector}._domainkey.{domain}";
        var records = (await dns.TextAsync(name, ct)).Select(Tags.Of).Where(tags => tags.ContainsKey("p")).ToList();
        if (records is not [var key])
            return records.Count == 0
                ? Blocking($"{name} has no key: Gmail, Yahoo and Outlook refuse bulk mail without a signature of the From domain.", "Make the TXT or CNAME record your mail provider shows for the domain, and have it sign.")
                : Blocking($"{name} has {records.Count} keys.", "Leave the one your mail provider signs with.");
        if (key["p"].Length == 0) return Blocking($"{name} was revoked.", "Sign with another selector, or publish the key again.");
        var bits = Bits(key.GetValueOrDefault("k", "rsa"), key["p"]);
        return bits switch
        {
            null => Blocking($"{name} holds no key that can be read.", "Copy the record again; long keys are cut into several strings of one record."),
            < LeastBits => Blocking($"{name} has {bits} bits, which receivers refuse.", "Make a key of 2048 bits."),
            _ when key.GetValueOrDefault("t", "").Split(':').Contains("y") => Warning($"{name} says that it is only for testing (t=y).", "Take t=y out."),
            < GoodBits => Warning($"{name} has {bits} bits.", "Make a key of 2048 bits."),
            _ => Fine($"{name} is good, and aligns with From."),
        };
    }

    private static int? Bits(string type, string key)
    {
        var bytes = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, bytes, out var length)) return null;
        if (type == "ed25519") return length == 32 ? GoodBits : null; // RFC 8463: as strong
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(bytes.AsSpan(0, length), out _);
            return rsa.KeySize;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
