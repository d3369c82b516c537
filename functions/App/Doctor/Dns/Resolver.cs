using System.Net;
using DnsClient;

namespace MarketingAutomation.Doctor.Dns;

/// <summary>Asks the machine's name servers, or one that is named.</summary>
internal sealed class Resolver : IResolver
{
    private readonly LookupClient client;

    /// <param name="server">Asked instead of the machine's.</param>
    public Resolver(IPEndPoint? server = null)
    {
        var options = server is null ? new LookupClientOptions() : new LookupClientOptions(server);
        (options.Timeout, options.Retries, options.UseCache, options.ThrowDnsErrors) = (TimeSpan.FromSeconds(3), 2, true, false);
        client = new(options);
    }

    public async Task<IReadOnlyList<string>> TextAsync(string name, CancellationToken ct) =>
        [.. (await AskAsync(name, QueryType.TXT, ct)).Answers.TxtRecords().Select(record => string.Concat(record.Text))];

    public async Task<bool> TakesMailAsync(string domain, CancellationToken ct)
    {
        var exchanges = (await AskAsync(domain, QueryType.MX, ct)).Answers.MxRecords().ToList();
        if (exchanges.Count > 0) return exchanges.Any(exchange => exchange.Exchange.Value != "."); // RFC 7505: a lone dot takes none
        return (await AskAsync(domain, QueryType.A, ct)).Answers.ARecords().Any() || (await AskAsync(domain, QueryType.AAAA, ct)).Answers.AaaaRecords().Any();
    }

    private async Task<IDnsQueryResponse> AskAsync(string name, QueryType type, CancellationToken ct)
    {
        try
        {
            var answer = await client.QueryAsync(name, type, cancellationToken: ct);
            return answer.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain ? answer : throw new DnsFault(name);
        }
        catch (DnsResponseException fault)
        {
            ct.ThrowIfCancellationRequested();
            throw new DnsFault(name, fault);
        }
    }
}
