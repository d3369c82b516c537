namespace MarketingAutomation.Growing;

/// <summary>How much happens, and what it is given to happen on.</summary>
/// <param name="CustomersPerHour">Customers who do something within an hour; each makes <see cref="RequestsEach"/> requests of <see cref="EventsPerRequest"/> events in it.</param>
internal sealed record Load(int CustomersPerHour, int Accounts, int Instances, int BusCreditsPerSecond)
{
    public const int RequestsEach = 6, EventsPerRequest = 2;

    public double RequestsPerSecond => CustomersPerHour * (double)RequestsEach / 3600;

    public double EventsPerSecond => RequestsPerSecond * EventsPerRequest;
}

/// <param name="Late">Requests that were taken in and not worked when time was over.</param>
/// <param name="Latencies">From taken in to everything of the request committed and its effects run, ascending.</param>
/// <param name="WorkedPerSecond">Requests worked a second, from beginning to end.</param>
internal sealed record Measured(int Requests, int Late, IReadOnlyList<TimeSpan> Latencies, double CallsPerRequest, double EntitiesPerRequest, double BytesPerEvent, double BusMessagesPerRequest, double WorkedPerSecond)
{
    public TimeSpan At(double quantile) => Latencies[(int)(quantile * (Latencies.Count - 1))];
}
