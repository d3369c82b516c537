using System.Diagnostics;
using System.Diagnostics.Metrics;
using MarketingAutomation.Bus;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;

namespace MarketingAutomation;

/// <summary>What operators watch. Costs nothing where nobody listens (<see cref="Functions.TelemetryExport"/>).</summary>
internal static class Telemetry
{
    public const string Name = "MarketingAutomation";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> EventsDecided = Meter.CreateCounter<long>("marketing.events.decided", "{event}", "Events worked, repeated ones included.");
    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("marketing.deliveries", "{delivery}", "Deliveries that reached an end, by status.");
    private static readonly Counter<long> Quarantines = Meter.CreateCounter<long>("marketing.quarantined", "{input}", "Inputs and messages put into quarantine.");
    private static readonly Counter<long> Copies = Meter.CreateCounter<long>("marketing.postponed", "{message}", "Parts of batches sent again as delayed copies, by queue.");
    private static readonly Counter<long> Repairs = Meter.CreateCounter<long>("marketing.repaired", "{customer}", "Overdue wakes, leftover todos and broadcasts at a standstill that the sweep found; other than 0 is a fault.");
    private static readonly Gauge<double> OldestAge = Meter.CreateGauge<double>("marketing.messages.oldest_age", "s", "Age of the oldest message of the latest batch, by queue.");
    private static readonly Counter<long> RoundTrips = Meter.CreateCounter<long>("marketing.storage.round_trips", "{request}", "Requests sent to Table Storage, by kind.");

    /// <summary>Begins the work on a batch.</summary>
    public static Activity? Start(IReadOnlyList<Received> batch)
    {
        var activity = Source.StartActivity($"work {batch[0].Queue}");
        activity?.SetTag("messaging.batch.message_count", batch.Count);
        return activity;
    }

    public static void Decided(int events) => EventsDecided.Add(events);

    /// <summary>Counts what effects that have run tell of deliveries.</summary>
    public static void Count(IReadOnlyList<Pending> todos)
    {
        if (!Deliveries.Enabled) return;
        foreach (var settled in todos.SelectMany(todo => todo.Effects).OfType<Effect.Record>().Select(record => record.Fact).OfType<Fact.Settled>())
            Deliveries.Add(1, new KeyValuePair<string, object?>("status", settled.Status));
    }

    public static void Quarantined() => Quarantines.Add(1);

    public static void Postponed(string queue, int messages) => Copies.Add(messages, new KeyValuePair<string, object?>("queue", queue));

    /// <param name="kind"><c>commit</c>, <c>read</c> or <c>other</c>.</param>
    public static void RoundTrip(string kind) => RoundTrips.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <param name="what"><c>wake</c>, <c>todo</c> or <c>broadcast</c>.</param>
    public static void Repaired(string what, int customers) => Repairs.Add(customers, new KeyValuePair<string, object?>("what", what));

    public static void Aged(string queue, TimeSpan age) => OldestAge.Record(age.TotalSeconds, new KeyValuePair<string, object?>("queue", queue));
}
