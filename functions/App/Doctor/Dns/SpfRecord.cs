namespace MarketingAutomation.Doctor.Dns;

/// <summary>What an SPF record says, as far as a sender can get it wrong.</summary>
/// <param name="All">Qualifier of <c>all</c>: '-', '~', '?' or '+'; null where there is neither <c>all</c> nor a redirect.</param>
/// <param name="Lookups">DNS look-ups that it costs whoever checks it, those of includes counted.</param>
internal sealed record SpfRecord(char? All, int Lookups)
{
    /// <summary>More is a permanent error.</summary>
    /// <remarks>RFC 7208 §4.6.4.</remarks>
    public const int MostLookups = 10;

    public static IReadOnlyList<string> In(IEnumerable<string> texts) =>
        [.. texts.Where(text => text.Equals("v=spf1", StringComparison.OrdinalIgnoreCase) || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase))];

    /// <summary>Follows includes and redirects until the limit is passed, so that one that includes itself ends too.</summary>
    public static Task<SpfRecord> ReadAsync(string text, IResolver dns, CancellationToken ct) => ReadAsync(text, 0, dns, ct);

    private static async Task<SpfRecord> ReadAsync(string text, int lookups, IResolver dns, CancellationToken ct)
    {
        char? all = null;
        string? redirect = null;
        foreach (var term in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(term => term.ToLowerInvariant()))
        {
            var (qualifier, mechanism) = term[0] is '+' or '-' or '~' or '?' ? (term[0], term[1..]) : ('+', term);
            if (mechanism == "all") all ??= qualifier;
            else if (mechanism.StartsWith("redirect=", StringComparison.Ordinal)) redirect = mechanism["redirect=".Length..];
            else if (mechanism.Split(':', '/')[0] is "a" or "mx" or "ptr" or "exists" or "include") lookups++;
            if (mechanism.StartsWith("include:", StringComparison.Ordinal)) lookups = (await FollowAsync(mechanism["include:".Length..], lookups, dns, ct)).Lookups;
            if (lookups > MostLookups) return new(all, lookups);
        }
        return all is not null || redirect is null ? new(all, lookups) : await FollowAsync(redirect, lookups + 1, dns, ct);
    }

    private static async Task<SpfRecord> FollowAsync(string domain, int lookups, IResolver dns, CancellationToken ct) =>
        lookups <= MostLookups && !domain.Contains('%') && In(await dns.TextAsync(domain, ct)) is [var only] ? await ReadAsync(only, lookups, dns, ct) : new(null, lookups);
}
