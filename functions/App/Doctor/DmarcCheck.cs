using MarketingAutomation.Doctor.Dns;

namespace MarketingAutomation.Doctor;

/// <summary>DMARC: what receivers do with mail that neither SPF nor DKIM vouch for, and whom they tell.</summary>
internal sealed class DmarcCheck(IReadOnlyList<string> domains, IResolver dns) : DomainCheck(domains)
{
    public override string Name => "DMARC";

    protected override async Task<IReadOnlyList<Finding>> LookAsync(string domain, CancellationToken ct)
    {
        // The domain's own record, else the nearest of the domains above it that has one.
        for (var at = domain; at.Contains('.'); at = at[(at.IndexOf('.') + 1)..])
        {
            var records = (await dns.TextAsync($"_dmarc.{at}", ct)).Where(text => text.StartsWith("v=DMARC1", StringComparison.OrdinalIgnoreCase)).Select(Tags.Of).ToList();
            if (records.Count > 1) return [Blocking($"_dmarc.{at} has {records.Count} records, which is as good as none.", "Leave one.")];
            if (records is [var dmarc]) return Judge(domain, at, dmarc);
        }
        return [Blocking($"{domain} has no DMARC record: Gmail, Yahoo and Outlook refuse bulk mail from it.", $"Make the TXT record _dmarc.{domain}: `v=DMARC1; p=none; rua=mailto:dmarc@{domain}`, and tighten p once the reports are clean.")];
    }

    private List<Finding> Judge(string domain, string at, IReadOnlyDictionary<string, string> dmarc)
    {
        var policy = (at == domain ? null : dmarc.GetValueOrDefault("sp")) ?? dmarc.GetValueOrDefault("p", "");
        List<Finding> findings = [policy.ToLowerInvariant() switch
        {
            "reject" or "quarantine" => Fine($"{domain}: p={policy.ToLowerInvariant()}{(at == domain ? "" : $", from {at}")}."),
            "none" => Warning($"{domain}: p=none lets others send in its name.", "Read the reports; once all your own mail passes, set p=quarantine, then p=reject."),
            _ => Blocking($"_dmarc.{at} says nothing receivers understand.", "Give it p=none, p=quarantine or p=reject."),
        }];
        if (!dmarc.ContainsKey("rua")) findings.Add(Warning($"_dmarc.{at} asks for no reports: who sends in the domain's name stays unknown.", $"Add rua=mailto:dmarc@{at}."));
        return findings;
    }
}
