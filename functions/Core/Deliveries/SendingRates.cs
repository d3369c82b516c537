using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace MarketingAutomation.Deliveries;

/// <summary>How fast messages are handed to the provider, all instances together, as written in <c>config/policy.json</c>.</summary>
public sealed record SendingRates(
    [property: Description("Most messages in a second."), Range(0.001, 10_000)] decimal? PerSecond = null,
    [property: Description("Most messages in a second to addresses of one domain, by domain: { \"qq.com\": 2 }.")] IReadOnlyDictionary<string, decimal>? PerDomain = null,
    [property: Description("A new sending address has to earn its name: fewer messages in its first days.")] WarmUp? WarmUp = null)
{
    /// <summary>Most messages in a second to anybody; null where there is no limit.</summary>
    public double? Account(DateTimeOffset now) => (PerSecond, WarmUp?.MostOn(now) / (24 * 60 * 60)) switch
    {
        ({ } rate, { } start) => (double)Math.Min(rate, start),
        var (rate, start) => (double?)(rate ?? start),
    };

    /// <summary>Most messages in a second to the domain; null where there is no limit.</summary>
    /// <param name="domain">Lower case.</param>
    public double? Domain(string domain) => PerDomain is { } domains && domains.TryGetValue(domain, out var rate) ? (double)rate : null;
}

/// <summary>Most messages in each of the first days, spread evenly over the day.</summary>
public sealed record WarmUp(
    [property: Description("The first day (UTC), such as 2026-11-30.")] string From,
    [property: Description("Most messages of the first day, the second, and so on; after the last there is no limit by day.")] IReadOnlyList<decimal> PerDay)
{
    public DateOnly? FirstDay => DateOnly.TryParseExact(From, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>Most messages on the day of an instant; before the first day as on it, null after the last.</summary>
    public decimal? MostOn(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime).DayNumber - (FirstDay?.DayNumber ?? 0);
        return day >= PerDay.Count ? null : PerDay[Math.Max(0, day)];
    }
}
