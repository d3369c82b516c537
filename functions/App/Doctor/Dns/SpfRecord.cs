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

    /// <summary>Follows includes and redirects until the limit is passed.</summary>
    public static async Task<SpfRecord> ReadAsync(string text, IResolver dns, CancellationToken ct)
    {
        char? all = null;
        string? redirect = null;
        var lookups = 0;
        foreach (var term in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(term => term.ToLowerInvariant()))
        {
            var (qualifier, mechanism) = term[0] is '+' or '-' or '~' or '?' ? (term[0], term[1..]) : ('+', term);
            if (mechanism == "all") all ??= qualifier;
            else if (mechanism.StartsWith("redirect=", StringComparison.Ordinal)) redirect = mechanism["redirect=".Length..];
            else if (mechanism.Split(':', '/')[0] is "a" or "mx" or "ptr" or "exists" or "include") lookups++;
            if (mechanism.StartsWith("include:", StringComparison.Ordinal) && lookups <= MostLookups) lookups += (await FollowAsync(mechanism["include:".Length..], dns, ct))?.Lookups ?? 0;
            if (lookups > MostLookups) return new(all, lookups);
        }
        if (all is not null || redirect is null) return new(all, lookups);
        var then = await FollowAsync(redirect, dns, ct);
        return new(then?.All, lookups + 1 + (then?.Lookups ?? 0));
    }

    private static async Task<SpfRecord?> FollowAsync(string domain, IResolver dns, CancellationToken ct) =>
        !domain.Contains('%') && In(await dns.TextAsync(domain, ct)) is [var only] ? await ReadAsync(only, dns, ct) : null;
}
