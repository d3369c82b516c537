using MarketingAutomation.Doctor.Dns;

namespace MarketingAutomation.Doctor;

/// <summary>Looks at the DNS of every domain that policy.json sends from.</summary>
internal abstract class DomainCheck(IReadOnlyList<string> domains) : ICheck
{
    // RFC 2606 and 6761: nobody can send from these.
    private static readonly string[] Reserved = ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"];

    public abstract string Name { get; }

    /// <summary>Domains of the senders in policy.json, each once.</summary>
    public static IReadOnlyList<string> Of(Catalog? catalog) => catalog is null ? [] :
        [.. catalog.Policy.Senders.Values.Select(sender => sender.Email[(sender.Email.LastIndexOf('@') + 1)..].ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static bool IsReserved(string domain) => Reserved.Any(name => domain == name || domain.EndsWith($".{name}", StringComparison.Ordinal));

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
    {
        List<Finding> findings = [];
        foreach (var domain in domains.Where(domain => !IsReserved(domain)))
            try
            {
                findings.AddRange(await LookAsync(domain, ct));
            }
            catch (DnsFault fault)
            {
                findings.Add(new(Name, Severity.Warning, $"{fault.Asked}: DNS gives no answer.", "Try again later; if it stays so, mend the name servers of the domain, or name one with --dns."));
            }
        return findings;
    }

    protected abstract Task<IReadOnlyList<Finding>> LookAsync(string domain, CancellationToken ct);

    protected Finding Fine(string what) => new(Name, Severity.Fine, what);

    protected Finding Warning(string what, string @do) => new(Name, Severity.Warning, what, @do);

    protected Finding Blocking(string what, string @do) => new(Name, Severity.Blocking, what, @do);
}
