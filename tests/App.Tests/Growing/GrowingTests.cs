using System.Globalization;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Growing;

public sealed class GrowingTests
{
    private static readonly int[] Sizes = [1_000, 100_000, 10_000_000];

    /// <summary>What one request costs.</summary>
    // That it is the same at every size is the point of the design.
    internal static readonly Lazy<Measured> Cost = new(() => Simulation.Run(new(100_000, Accounts: 1, Instances: 2, BusCreditsPerSecond: AzureFigures.StandardCredits)));

    // What one instance gets done when there is always more to do.
    private static readonly Lazy<double> Capacity = new(() => Simulation.Run(new(500_000, Accounts: 1, Instances: 1, BusCreditsPerSecond: AzureFigures.UnitMessages)).WorkedPerSecond);

    [Fact]
    public async Task The_readme_says_what_the_simulation_says()
    {
        var rows = await Task.WhenAll(Sizes.Select(size => Task.Run(() => RowOf(size, Planned(size)))));
        var table = string.Join('\n',
        [
            "| customers active in an hour | 1,000 | 100,000 | 10,000,000 |", "|---|---|---|---|",
            .. Enumerable.Range(0, rows[0].Count).Select(i => $"| {rows[0][i].Name} | {string.Join(" | ", rows.Select(row => row[i].Value))} |"),
        ]);

        ReadmeTable.Match("growing", table);
    }

    [Fact]
    public async Task Ten_million_an_hour_keep_up_with_what_is_planned()
    {
        var measured = await Task.Run(() => Run(Planned(10_000_000)));

        Assert.Equal(0, measured.Late);
        Assert.True(measured.At(0.99) < TimeSpan.FromSeconds(1), $"{measured.At(0.99)}");
        Assert.Equal(Cost.Value.CallsPerRequest, measured.CallsPerRequest, 0.3);
    }

    [Fact]
    public async Task With_half_the_accounts_they_do_not()
    {
        var planned = Planned(10_000_000);
        var measured = await Task.Run(() => Run(planned with { Accounts = planned.Accounts / 2 }));

        Assert.True(measured.Late > measured.Requests / 10, $"{measured.Late} of {measured.Requests}");
    }

    [Fact]
    public async Task With_half_the_instances_they_do_not()
    {
        var planned = Planned(10_000_000);
        var measured = await Task.Run(() => Run(planned with { Instances = planned.Instances / 2 }));

        Assert.True(measured.Late > measured.Requests / 10, $"{measured.Late} of {measured.Requests}");
    }

    [Fact]
    public async Task On_the_standard_bus_they_do_not()
    {
        var measured = await Task.Run(() => Run(Planned(10_000_000) with { BusCreditsPerSecond = AzureFigures.StandardCredits }));

        Assert.True(measured.Late > measured.Requests / 2, $"{measured.Late} of {measured.Requests}");
    }

    [Fact]
    public async Task Twice_the_same_load_gives_twice_the_same_numbers()
    {
        var load = new Load(20_000, 1, 1, AzureFigures.StandardCredits);

        var (first, then) = (await Task.Run(() => Simulation.Run(load)), await Task.Run(() => Simulation.Run(load)));

        Assert.Equal(first.Latencies, then.Latencies);
        Assert.Equal(first.BytesPerEvent, then.BytesPerEvent);
    }

    [Fact]
    public async Task A_partition_lets_no_more_through_than_its_limit()
    {
        var time = new VirtualTime(new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        var tables = new SimulatedTables(time, 1, new Random(1));
        var done = 0;
        await Task.Run(() =>
        {
            for (var i = 0; i < 3 * AzureFigures.PartitionEntities; i++) _ = CommitAsync(i);
            time.Run(time.GetUtcNow() + TimeSpan.FromSeconds(2));
        }, TestContext.Current.CancellationToken);

        Assert.InRange(done, 2 * AzureFigures.PartitionEntities * 0.95, 2 * AzureFigures.PartitionEntities);

        async Task CommitAsync(int i)
        {
            await tables.CommitAsync("customers", "00-hot", [new Write.Insert($"{i}", [])], default);
            done++;
        }
    }

    private static Load Planned(int customers)
    {
        var load = new Load(customers, 0, 0, 0);
        var cost = Cost.Value;
        var credits = load.RequestsPerSecond * cost.BusMessagesPerRequest * 2;
        var accounts = Needed(load.RequestsPerSecond * cost.EntitiesPerRequest, AzureFigures.AccountEntities);
        return load with
        {
            Accounts = accounts,
            Instances = accounts * Needed(load.RequestsPerSecond / accounts, Capacity.Value), // whole ones for each account's share
            BusCreditsPerSecond = Needed(credits, AzureFigures.StandardCredits) == 1 ? AzureFigures.StandardCredits : Units(credits) * AzureFigures.UnitMessages,
        };
    }

    private static int Needed(double demand, double limit) => Math.Max(1, (int)Math.Ceiling(demand / (limit * AzureFigures.Planned)));

    private static int Units(double credits) => new[] { 1, 2, 4, 8, 16 }.First(units => units >= Needed(credits, AzureFigures.UnitMessages) || units == 16);

    // One account and its share of everything.
    private static Measured Run(Load load) => Simulation.Run(load, load.Accounts);

    private static List<(string Name, string Value)> RowOf(int customers, Load planned)
    {
        var (measured, cost) = (Run(planned), Cost.Value);
        var messages = planned.RequestsPerSecond * cost.BusMessagesPerRequest;
        return
        [
            ("requests a second, each of 2 events", Number(planned.RequestsPerSecond)),
            ("calls to Table Storage for one request", Number(cost.CallsPerRequest)),
            ("calls to Table Storage a second", Number(planned.RequestsPerSecond * measured.CallsPerRequest)),
            ("entities a second", Number(planned.RequestsPerSecond * cost.EntitiesPerRequest)),
            ("data accounts (`MARKETING_DATA_ACCOUNTS`)", $"{planned.Accounts}"),
            ("messages through the bus a second", Number(messages)),
            ("Service Bus", planned.BusCreditsPerSecond == AzureFigures.StandardCredits ? "Standard" : $"Premium, {planned.BusCreditsPerSecond / AzureFigures.UnitMessages} units"),
            ("instances of `events`", $"{planned.Instances}"),
            ("taken in to committed: median", $"{Milliseconds(measured.At(0.5))} ms"),
            ("taken in to committed: 99 of 100", $"{Milliseconds(measured.At(0.99))} ms"),
            ("new data a day", Bytes(planned.EventsPerSecond * 86_400 * cost.BytesPerEvent)),
        ];
    }

    // Two digits: the rest is not known.
    private static string Number(double number)
    {
        var scale = Math.Pow(10, Math.Floor(Math.Log10(number)) - 1);
        return (Math.Round(number / scale) * scale).ToString(number < 10 ? "0.#" : "#,##0", CultureInfo.InvariantCulture);
    }

    private static string Milliseconds(TimeSpan span) => Number(span.TotalMilliseconds);

    private static string Bytes(double bytes) => bytes < 1e9 ? $"{Number(bytes / 1e6)} MB" : bytes < 1e12 ? $"{Number(bytes / 1e9)} GB" : $"{Number(bytes / 1e12)} TB";
}
