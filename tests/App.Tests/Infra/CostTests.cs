using System.Globalization;
using MarketingAutomation.Growing;

namespace MarketingAutomation.Infra;

/// <summary>What a month costs, worked out from prices and from what the simulation measures of one request.</summary>
public sealed class CostTests
{
    private const double Month = 730 * 3600, Gigabytes = 2, SmallGigabytes = 0.5;

    // For each message sent: the events that lead to it, what is done with it, one wake and one delivery.
    private const double RequestsPerMessage = 5.5, CallsPerWake = 3, CallsPerDelivery = 7, BusOperationsPerMessage = 3;

    // Requests that wait together when there are many, and tick: once in five minutes.
    private const double MostTogether = 10, TicksPerMonth = Month / 300;

    private const double TelemetryBytesPerExecution = 100, MostTelemetryGB = 30;

    private const int QueuesTimesAlerts = 6, AppAlerts = 4;

    [Fact]
    public void The_readme_says_what_comes_out()
    {
        double[] sizes = [0, 1e6, 100e6];
        var bills = sizes.Select(Of).ToList();

        ReadmeTable.Match("costs", string.Join('\n',
        [
            "| US dollars a month | idle | 1 M messages | 100 M messages |", "|---|---|---|---|",
            .. bills[0].Lines.Keys.Select(line => $"| {line} | {string.Join(" | ", bills.Select(bill => Dollars(bill.Lines[line])))} |"),
            $"| **together** | {string.Join(" | ", bills.Select(bill => $"**{Dollars(bill.Lines.Values.Sum())}**"))} |",
            $"| with instances of 512 MB | {string.Join(" | ", bills.Select(bill => Dollars(bill.Lines.Values.Sum() - bill.Saved)))} |",
        ]));
    }

    [Fact]
    public void An_idle_deployment_costs_little_more_than_the_bus() => Assert.InRange(Of(0).Lines.Values.Sum(), Prices.BusStandard, Prices.BusStandard + 2);

    [Fact]
    public void The_bus_is_the_cheaper_tier_that_is_fast_enough()
    {
        Assert.Equal(Prices.BusStandard + (87e6 * 0.80 + 900e6 * 0.50) / 1e6, Bus(1_000e6, 100));
        Assert.Equal(Prices.BusPremiumUnit, Bus(1_000e6, 1_000)); // more than Standard lets through
        Assert.Equal(Prices.BusPremiumUnit, Bus(3_000e6, 100));
    }

    private static (Dictionary<string, double> Lines, double Saved) Of(double messages)
    {
        var cost = GrowingTests.Cost.Value;
        var requests = messages * RequestsPerMessage;
        var busMessages = requests + 2 * messages;
        var batches = requests / Math.Clamp(requests / Month, 1, MostTogether);
        double[] groups = [requests, batches, messages, messages, TicksPerMonth]; // HTTP, events, wakes, deliveries, tick: each has instances of its own
        var (executions, busy) = (groups.Sum(), groups.Sum(Busy));
        var calls = requests * cost.CallsPerRequest + messages * (CallsPerWake + CallsPerDelivery) + TicksPerMonth * 256;
        var stored = requests * Load.EventsPerRequest * cost.BytesPerEvent / 1e9;
        var telemetry = Math.Min(MostTelemetryGB, executions * TelemetryBytesPerExecution / 1e9);
        return (new()
        {
            ["Functions: time (2,048 MB)"] = Beyond(busy * Gigabytes, Prices.GrantedGigabyteSeconds) * Prices.GigabyteSecond,
            ["Functions: executions"] = Beyond(executions, Prices.GrantedExecutions) * Prices.Execution,
            ["Service Bus"] = Bus(busMessages * BusOperationsPerMessage, busMessages / Month),
            ["Table Storage: calls"] = calls / 10_000 * Prices.TenThousandCalls,
            ["Table Storage: each month of history"] = stored * Prices.TableGigabyte,
            ["telemetry and alerts"] = Beyond(telemetry, Prices.GrantedTelemetry) * Prices.TelemetryGigabyte + (QueuesTimesAlerts + AppAlerts) * Prices.AlertSeries,
        }, (Beyond(busy * Gigabytes, Prices.GrantedGigabyteSeconds) - Beyond(busy * SmallGigabytes, Prices.GrantedGigabyteSeconds)) * Prices.GigabyteSecond);
    }

    // Seconds in which an instance of the group is busy: each execution keeps it so for the shortest time billed, and at most one is needed up to hundreds a second.
    private static double Busy(double executions) => Month * (1 - Math.Exp(-executions / Month * Prices.LeastBusy.TotalSeconds));

    private static double Bus(double operations, double messagesPerSecond)
    {
        double standard = Prices.BusStandard, from = 0;
        foreach (var (upTo, perMillion) in Prices.BusOperations)
        {
            standard += Beyond(Math.Min(operations, upTo), from) / 1e6 * perMillion;
            from = upTo;
        }
        var fastEnough = messagesPerSecond * 2 <= AzureFigures.StandardCredits * AzureFigures.Planned;
        return fastEnough ? Math.Min(standard, Prices.BusPremiumUnit) : Prices.BusPremiumUnit;
    }

    private static double Beyond(double used, double granted) => Math.Max(0, used - granted);

    private static string Dollars(double dollars) => dollars switch
    {
        0 => "0",
        < 0.5 => "under 1",
        < 100 => dollars.ToString("0", CultureInfo.InvariantCulture),
        _ => (Math.Round(dollars / 10) * 10).ToString("#,##0", CultureInfo.InvariantCulture),
    };
}
