using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using MarketingAutomation.Reports;

namespace MarketingAutomation.Deliveries;

/// <summary>Limits beyond which a journey pauses itself, as written in <c>config/policy.json</c>.</summary>
/// <remarks>
/// A limit is passed when the whole 95 % Wilson interval of the rate lies above it, for the journey, one of its topics or one mailbox provider. The rate alone
/// would stop a journey for one complaint among its first messages, of which one in hundreds proves nothing; the interval asks for more the fewer there are.
/// Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212. As for the limits: Gmail asks senders to stay below 0.1 % complaints and never to reach 0.3 %
/// (Email sender guidelines, support.google.com/a/answer/81126).
/// </remarks>
public sealed record AutoPause(
    [property: Description("Most complaints in percent of messages sent, such as 0.1."), Range(0.001, 100)] decimal? Complaints = null,
    [property: Description("Most hard bounces in percent of messages sent, such as 2."), Range(0.001, 100)] decimal? HardBounces = null,
    [property: Description("Most refusals of a topic in percent of messages sent, such as 1."), Range(0.001, 100)] decimal? Unsubscribes = null,
    [property: Description("Counts messages sent in the last span of time, such as P1D (the default); at most P30D.")] TimeSpan? Within = null,
    [property: Description("Nothing is judged before so many messages, 20 or more; 200 where not given."), Range(20, 10_000_000)] decimal AtLeast = 200)
{
    public static readonly TimeSpan DefaultWithin = TimeSpan.FromDays(1), LongestWithin = TimeSpan.FromDays(30);

    /// <summary>Why a journey has to pause; null where it has not.</summary>
    /// <param name="lines">Of one journey.</param>
    /// <returns>One line with the rate, the counts, and where most of them come from.</returns>
    public string? Judge(IReadOnlyList<Reception> lines) => Worst([("", lines)]) ?? Worst(Slices(lines)); // where the whole journey is beyond a limit, its own rate is told

    private string? Worst(IEnumerable<(string Where, IReadOnlyList<Reception> Lines)> slices)
    {
        (string Reason, double Excess)? worst = null;
        foreach (var (where, lines) in slices)
            foreach (var (name, most, hits) in Limits())
                if (Reception.Sum(lines) is var sum && sum.Sent >= AtLeast && Excess(hits(sum), sum.Sent, most) is > 1 and var excess && !(worst?.Excess >= excess))
                    worst = (Explain(name, most, hits, where, lines), excess);
        return worst?.Reason;
    }

    private IEnumerable<(string Name, decimal Most, Func<Reception, long> Hits)> Limits()
    {
        if (Complaints is { } complaints) yield return ("complaints", complaints, line => line.Complaints);
        if (HardBounces is { } bounces) yield return ("hard bounces", bounces, line => line.HardBounces);
        if (Unsubscribes is { } unsubscribes) yield return ("unsubscribes", unsubscribes, line => line.Unsubscribes);
    }

    private static IEnumerable<(string Where, IReadOnlyList<Reception> Lines)> Slices(IReadOnlyList<Reception> lines) =>
    [
        .. lines.GroupBy(line => line.Topic, StringComparer.Ordinal).OrderBy(topic => topic.Key, StringComparer.Ordinal).Select(topic => ($" of topic {topic.Key}", (IReadOnlyList<Reception>)[.. topic])),
        .. lines.Where(line => line.Domain is not null).GroupBy(line => line.Domain!, StringComparer.Ordinal).OrderBy(domain => domain.Key, StringComparer.Ordinal).Select(domain => ($" at {domain.Key}", (IReadOnlyList<Reception>)[.. domain])),
    ];

    // How far the rate lies above its limit for sure, as a multiple of it.
    private static double Excess(long hits, long sent, decimal most) => Rates.Wilson(Math.Min(hits, sent), sent).Low * 100 / (double)most;

    private static string Explain(string name, decimal most, Func<Reception, long> hits, string where, IReadOnlyList<Reception> lines)
    {
        var sum = Reception.Sum(lines);
        var peak = lines.OrderByDescending(hits).ThenBy(line => line.Topic, StringComparer.Ordinal).ThenBy(line => line.Domain, StringComparer.Ordinal).First();
        return string.Create(CultureInfo.InvariantCulture, $"{name}{where} {hits(sum) * 100.0 / sum.Sent:0.###} % ({hits(sum)} of {sum.Sent}) above the limit of {most} %; most at {peak.Domain ?? "other domains"}, topic {peak.Topic} ({hits(peak)} of {peak.Sent})");
    }
}
