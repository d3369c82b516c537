using MarketingAutomation.Doctor.Dns;

namespace MarketingAutomation.Doctor;

/// <summary>Whether the senders' domains are real and could be answered.</summary>
internal sealed class SenderCheck(IReadOnlyList<string> domains, IResolver dns) : ICheck
{
    private readonly Answerable answerable = new([.. domains], dns);

    public string Name => "senders";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) =>
    [
        .. from domain in domains
           where DomainCheck.IsReserved(domain)
           select new Finding(Name, Severity.Blocking, $"{domain} is a domain for examples: nothing sent from it arrives.", "Put a sender of your own domain into policy.json."),
        .. await answerable.RunAsync(ct),
    ];

    private sealed class Answerable(IReadOnlyList<string> domains, IResolver dns) : DomainCheck(domains)
    {
        public override string Name => "senders";

        protected override async Task<IReadOnlyList<Finding>> LookAsync(string domain, CancellationToken ct) => await dns.TakesMailAsync(domain, ct)
            ? [Fine($"{domain} takes mail.")]
            : [Blocking($"{domain} has neither MX nor address: replies and bounces go nowhere, and receivers refuse such senders.", "Make an MX record for it, or send from a domain that has one.")];
    }
}
