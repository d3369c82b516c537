using MarketingAutomation.Doctor.Dns;

namespace MarketingAutomation.Doctor;

/// <summary>SPF (RFC 7208): which servers may send for the domain. Messages' envelope is the From address itself, so it aligns.</summary>
internal sealed class SpfCheck(IReadOnlyList<string> domains, IResolver dns) : DomainCheck(domains)
{
    public override string Name => "SPF";

    protected override async Task<IReadOnlyList<Finding>> LookAsync(string domain, CancellationToken ct)
    {
        var records = SpfRecord.In(await dns.TextAsync(domain, ct));
        if (records is not [var text])
            return [records.Count == 0
                ? Blocking($"{domain} has no SPF record: Gmail, Yahoo and Outlook refuse bulk mail from it.", "Make the TXT record your mail provider names, such as `v=spf1 include:PROVIDER -all`.")
                : Blocking($"{domain} has {records.Count} SPF records, which is as good as none.", "Put them together into one.")];
        var spf = await SpfRecord.ReadAsync(text, dns, ct);
        return [(spf.All, spf.Lookups) switch
        {
            (_, > SpfRecord.MostLookups) => Blocking($"{domain}: its SPF record costs more than {SpfRecord.MostLookups} look-ups, which is as good as none.", "Take out includes that are no longer used."),
            ('+', _) => Blocking($"{domain}: its SPF record lets everybody send (+all).", "End it with -all or ~all."),
            (null or '?', _) => Warning($"{domain}: its SPF record refuses nobody.", "End it with -all or ~all."),
            _ => Fine($"{domain} has one, with {spf.Lookups} look-up{(spf.Lookups == 1 ? "" : "s")}, and it aligns with From."),
        }];
    }
}
