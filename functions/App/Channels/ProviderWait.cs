using System.Globalization;
using System.Net.Http.Headers;

namespace MarketingAutomation.Channels;

/// <summary>How long a provider asks us to wait.</summary>
internal static class ProviderWait
{
    /// <summary>How long everything waits where the account is refused: somebody has to look after it.</summary>
    public static readonly TimeSpan ForOperator = TimeSpan.FromMinutes(5);

    // No provider means less, and of a mistaken one we believe no more.
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1), AtMost = TimeSpan.FromHours(1);

    // SendGrid's documents give the reset as Unix time in one place and as seconds left in another.
    private const long FirstEpoch = 1_000_000_000;

    /// <summary>From <c>X-RateLimit-Reset</c>, else from <c>Retry-After</c>; null where neither says anything.</summary>
    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var wait = Reset(headers, now) ?? headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date - now);
        return wait is not { } span ? null : span < AtLeast ? AtLeast : span > AtMost ? AtMost : span;
    }

    private static TimeSpan? Reset(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.TryGetValues("X-RateLimit-Reset", out var values) || !long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)) return null;
        var seconds = reset > FirstEpoch ? reset - now.ToUnixTimeSeconds() : reset;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, (long)AtMost.TotalSeconds));
    }
}
