using Azure.Core.Pipeline;

namespace MarketingAutomation.Storage;

/// <summary>How we speak with Table Storage.</summary>
/// <param name="RoundTrips">Counts requests.</param>
internal sealed record TableOptions(RoundTrips RoundTrips)
{
    /// <summary>Limit for one request; the service itself gives up after 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries of one read or commit, the first included.</summary>
    public int MostTries { get; init; } = 6;

    /// <summary>Longest wait before the second try; it doubles from try to try, and each wait is drawn from zero up, so that those who failed together do not come back together.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Carries requests in place of the network; for tests.</summary>
    public HttpPipelineTransport? Transport { get; init; }

    /// <param name="tries">Made so far, at least 1.</param>
    public TimeSpan WaitAfter(int tries) =>
        TimeSpan.FromTicks((long)(Random.Shared.NextDouble() * Math.Min(LongestWait.Ticks, FirstWait.Ticks * Math.Pow(2, tries - 1))));
}
