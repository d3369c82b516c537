using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;
using MarketingAutomation.Simulation;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using RulesEngine.Models;

namespace MarketingAutomation.Benchmarks;

/// <summary>What segments cost: an event beside many of them, the answer of one, the bytes they keep, and the rebuild of an edited one.</summary>
internal static class SegmentCosts
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly Deployment Nobody = new(new byte[32], new byte[32], new("http://localhost"));

    public static async Task RunAsync()
    {
        Events();
        await AnswersAsync();
        Bytes();
    }

    // Rounds of all sizes by turns, and of each the fast ones, so that what else the machine does hits none of them.
    private static void Events()
    {
        int[] sizes = [10, 100, 1_000, 10_000];
        var catalogs = sizes.Select(Many).ToArray();
        var times = sizes.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < 60; round++)
            for (var i = 0; i < sizes.Length; i++) times[i].Add(EventTime(catalogs[i], 1_000));
        var lows = times.Select(time => time.Skip(10).Order().ElementAt(5)).ToArray();
        Console.WriteLine("an event that touches two segments of n");
        for (var i = 0; i < sizes.Length; i++) Console.WriteLine($"  {sizes[i],7:#,##0} segments {lows[i],8:0.00} µs, {lows[i] / lows[0],5:0.00} of the cost with {sizes[0]}; aim at most 1.20");
        var together = Enumerable.Range(0, 40).Select(_ => EventTime(catalogs[0], 1_000, together: 10)).Order().ElementAt(5);
        Console.WriteLine($"  ten that arrive together, in order: {together:0.00} µs each, {together / lows[0]:0.0} times one by one");
        foreach (var history in new[] { 100, 1_000 })
        {
            var late = Enumerable.Range(0, 40).Select(_ => LateTime(catalogs[0], history)).Order().ElementAt(5);
            Console.WriteLine($"  one that comes late, after {history:#,##0} others that are read again: {late:#,##0} µs, {late / lows[0] / history:0.00} of one event for each of them");
        }
    }

    private static Catalog Many(int count) => Catalog(Enumerable.Range(0, count).ToDictionary(i => $"s{i}", i => i switch
    {
        0 => """{ "event": "Touch", "count": { "atLeast": 3 }, "within": "PT2H" }""",
        1 => """{ "all": [ { "trait": "country", "is": "CN" }, { "event": "Touch", "sum": { "of": "revenue", "atLeast": 100 }, "within": "PT1H" } ] }""",
        _ => $$"""{ "event": "Other {{i}}", "count": { "atLeast": 2 }, "within": "P30D" }""",
    }));

    // Of so many that arrive together the last has just happened.
    private static double EventTime(Catalog catalog, int events, int together = 1)
    {
        var (customer, inputs) = (new Customer(CustomerKey.OfUser(Nobody.Pepper, "ada")), Touches(events));
        customer = Decide(catalog, customer, inputs[0], Start);
        var began = Stopwatch.GetTimestamp();
        for (var i = 1; i < inputs.Length; i++) customer = Decide(catalog, customer, inputs[i], inputs[Math.Min(i / together * together + together - 1, events - 1)].Event.At);
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds / (events - 1);
    }

    private static double LateTime(Catalog catalog, int events)
    {
        var (customer, inputs) = (new Customer(CustomerKey.OfUser(Nobody.Pepper, "ada")), Touches(events));
        foreach (var input in inputs) customer = Decide(catalog, customer, input, input.Event.At);
        var late = new Input.Happened(Tracked("late", "Touch", inputs[^1].Event.At.AddMinutes(-1), """{"revenue":12.5}""")) { Past = [.. inputs.Select(input => input.Event)] };
        var began = Stopwatch.GetTimestamp();
        Decide(catalog, customer, late, inputs[^1].Event.At);
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }

    private static Input.Happened[] Touches(int events) => [.. Enumerable.Range(0, events).Select(i => new Input.Happened(Tracked($"m{i}", "Touch", Start.AddMinutes(7 * i), """{"revenue":12.5}""")))];

    private static async Task AnswersAsync()
    {
        const string definition = """
            { "all": [ { "trait": "country", "is": "CN" }, { "trait": "age", "atLeast": 18 }, { "trait": "plan", "oneOf": ["gold", "silver"] }, { "consent": "news" },
              { "event": "Order", "count": { "atLeast": 3 }, "within": "P90D" }, { "event": "Order", "sum": { "of": "revenue", "atLeast": 100 }, "within": "P90D" } ] }
            """;
        var catalog = Catalog(new Dictionary<string, string> { ["six"] = definition });
        var customer = new Customer(CustomerKey.OfUser(Nobody.Pepper, "ada"));
        customer = Decide(catalog, customer, new Input.Happened(new CustomerEvent.Identified { MessageId = "i", UserId = "ada", At = Start, ReceivedAt = Start, Traits = JsonElement.Parse("""{"country":"CN","age":34,"plan":"gold"}""") }), Start);
        for (var i = 0; i < 5; i++) customer = Decide(catalog, customer, new Input.Happened(Tracked($"o{i}", "Order", Start.AddDays(i), """{"revenue":30}""")), Start.AddDays(i));
        var (when, now) = (catalog.Segments["six"].When, Start.AddDays(6));
        var plain = new Plain("CN", 34, "gold", true, [.. Enumerable.Range(0, 5).Select(i => (Start.AddDays(i), 30m))]);
        var facts = new Facts { Country = "CN", Age = 34, Plan = "gold", Consented = true, Orders90 = 5, Spent90 = 150 };
        var engine = new RulesEngine.RulesEngine([new Workflow { WorkflowName = "w", Rules = [new Rule { RuleName = "six", Expression = "c.Country == \"CN\" AND c.Age >= 18 AND (c.Plan == \"gold\" OR c.Plan == \"silver\") AND c.Consented AND c.Orders90 >= 3 AND c.Spent90 >= 100" }] }]);
        var parameter = new RuleParameter("c", facts);
        if (!Answer.Of(when, customer, catalog, now).Holds || !plain.Holds(now) || !(await engine.ExecuteAllRulesAsync("w", parameter))[0].IsSuccess) throw new InvalidOperationException("They do not agree.");

        double ours = double.MaxValue, hand = double.MaxValue, theirs = double.MaxValue;
        for (var round = 0; round < 15; round++)
        {
            ours = Math.Min(ours, Time(200_000, () => Answer.Of(when, customer, catalog, now).Holds));
            hand = Math.Min(hand, Time(200_000, () => plain.Holds(now)));
            theirs = Math.Min(theirs, await TimeAsync(5_000, async () => (await engine.ExecuteAllRulesAsync("w", parameter))[0].IsSuccess));
        }
        Console.WriteLine($"six conditions: ours {ours * 1000:0} ns with the instant of the next change, a C# predicate {hand * 1000:0} ns ({ours / hand:0.0} times), RulesEngine {theirs * 1000:0} ns ({theirs / ours:0.0} times ours, its counts given)");
    }

    private static double Time(int times, Func<bool> ask)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++) _ = ask();
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds / times;
    }

    private static async Task<double> TimeAsync(int times, Func<ValueTask<bool>> ask)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++) _ = await ask();
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds / times;
    }

    // A customer with 120 events in half a year.
    private static void Bytes()
    {
        var segments = Enumerable.Range(0, 100).ToDictionary(i => $"segment-{i}", Typical);
        var (with, without) = (Catalog(segments), Catalog([]));
        Customer one = new(CustomerKey.OfUser(Nobody.Pepper, "ada")), other = one;
        var identified = new Input.Happened(new CustomerEvent.Identified { MessageId = "i", UserId = "ada", At = Start, ReceivedAt = Start, Traits = JsonElement.Parse("""{"email":"ada@shop.example","first_name":"Ada","country":"CN","age":34,"plan":"gold","born":"1990-05-01"}""") });
        (one, other) = (Decide(with, one, identified, Start), Decide(without, other, identified, Start));
        for (var i = 0; i < 120; i++)
        {
            var at = Start.AddHours(36.7 * i).AddMilliseconds(i * 7919);
            var input = new Input.Happened(Tracked($"m{i}", i % 4 == 0 ? "Order Completed" : i % 4 == 1 ? "Product Added" : "Product Viewed", at, $$"""{"revenue":{{20 + i * 37 % 90}}.95,"category":"c{{i % 9}}","cart_id":"k{{i / 3}}"}"""));
            (one, other) = (Decide(with, one, input, at), Decide(without, other, input, at));
        }
        int plain = Packed.Pack(Json(other)).Length, full = Packed.Pack(Json(one)).Length;
        Console.WriteLine($"state of a customer with 100 typical segments: {full - plain:#,##0} bytes stored beyond the {plain:#,##0} without any ({one.Tallies.Count} tallies, in {one.Segments.Count} segments, {one.Flips.Count} to look at again); {Json(one).Length - Json(other).Length:#,##0} before compression");
    }

    private static byte[] Json(Customer customer) => JsonSerializer.SerializeToUtf8Bytes(customer, CoreJson.Default.Customer);

    private static string Typical(int i) => (i % 10) switch
    {
        0 => $$"""{ "event": "Order Completed", "count": { "atLeast": {{1 + i / 20}} }, "within": "P{{30 + i}}D" }""",
        1 => $$"""{ "event": "Order Completed", "sum": { "of": "revenue", "atLeast": {{i * 10}} }, "within": "P{{(i / 10 + 1) * 30}}D" }""",
        2 => $$"""{ "all": [ { "event": "Order Completed" }, { "not": { "event": "Order Completed", "within": "P{{20 + i}}D" } } ] }""",
        3 => $$"""{ "event": "Product Viewed", "where": { "category": { "is": "c{{i / 10}}" } }, "count": { "atLeast": 3 }, "within": "P14D" }""",
        4 => $$"""{ "trait": "age", "atLeast": {{i}} }""",
        5 => $$"""{ "all": [ { "trait": "country", "is": "CN" }, { "trait": "born", "anniversaryWithin": "P{{1 + i / 10}}D" } ] }""",
        6 => $$"""{ "sequence": { "event": "Product Added" }, "thenNot": { "event": "Order Completed" }, "within": "PT{{2 + i / 10}}H", "key": "cart_id", "inLast": "P7D" }""",
        7 => $$"""{ "event": "Product Viewed", "distinct": { "of": "category", "atLeast": {{1 + i / 10}} } }""",
        8 => $$"""{ "event": "Order Completed", "average": { "of": "revenue", "atLeast": {{i}} } }""",
        _ => $$"""{ "any": [ { "segment": "segment-{{i - 9}}" }, { "bucket": "test", "from": 0, "to": {{i}} } ] }""",
    };

    /// <summary>The rebuild of one edited segment over 100,000 stored customers, against merely reading them.</summary>
    public static async Task RebuildAsync()
    {
        const int people = 100_000, eventsEach = 3;
        using Scratch scratch = new();
        Write("""{ "event": "Order", "count": { "atLeast": 2 } }""");
        await using (var node = await OpenAsync())
            for (var i = 0; i < people; i += 5_000)
                await new History(node.Customers, node.Effects, node.Catalog.Deployment.Pepper).WriteAsync(
                    [.. from person in Enumerable.Range(i, 5_000) from n in Enumerable.Range(0, eventsEach) select Tracked($"m{person}-{n}", n == 0 ? "View" : "Order", Start.AddHours(person % 500 + n), $$"""{"revenue":{{person % 90}}.5,"name":"A product with some words to its name","category":"c{{person % 9}}"}""") with { UserId = $"u{person}" }], CancellationToken.None);

        Write("""{ "event": "Order", "sum": { "of": "revenue", "atLeast": 60 } }""");
        await using var edited = await OpenAsync();
        var stored = new StoredCustomers(edited.Store);
        var began = Stopwatch.GetTimestamp();
        var read = 0;
        for (var shard = 0; shard < StoredCustomers.Shards; shard++)
            await foreach (var _ in stored.ReadAsync(shard, "", CancellationToken.None)) read++;
        var reading = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        await edited.Rebuilds.StartAsync(edited.Catalog, CancellationToken.None);
        await edited.Pump.DrainAsync(CancellationToken.None);
        var rebuilding = Stopwatch.GetElapsedTime(began);
        if (read != people || await Rebuilds.ProgressAsync(edited.Store, 2, CancellationToken.None) is not { IsDone: true, Customers: people }) throw new InvalidOperationException("Somebody was left out.");
        Console.WriteLine($"rebuild of one segment over {people:#,##0} stored customers of {eventsEach} events: {rebuilding.TotalSeconds:0.0} s; merely reading them: {reading.TotalSeconds:0.0} s; {rebuilding / reading:0.0} times");

        Task<Node> OpenAsync() => Node.OpenAsync(new(scratch.Data("data"), new("http://localhost")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), new RecordingChannel(), new VirtualClock(Start.AddDays(60)), NullLoggerFactory.Instance, CancellationToken.None);

        void Write(string when) => File.WriteAllText(Path.Combine(scratch.Config, "segments", "cn-buyers.json"), $$"""{ "name": { "en": "Edited" }, "when": {{when}} }""");
    }

    private static Customer Decide(Catalog catalog, Customer customer, Input input, DateTimeOffset now) => ((Decision.Made)Pipeline.Decide(catalog, customer, input, now)).Customer;

    private static CustomerEvent.Tracked Tracked(string id, string name, DateTimeOffset at, string properties) =>
        new() { MessageId = id, UserId = "ada", Event = name, At = at, ReceivedAt = at, Properties = JsonElement.Parse(properties) };

    private static Catalog Catalog(Dictionary<string, string> segments)
    {
        var files = segments.ToDictionary(pair => $"segments/{pair.Key}.json", pair => $$"""{ "name": { "en": "n" }, "when": {{pair.Value}} }""");
        files["policy.json"] = """{ "topics": { "news": { "name": { "en": "News" }, "consent": "optOut" } }, "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } } }""";
        return ConfigReader.Read(files, 1, Nobody) is { Catalog: { } catalog } ? catalog : throw new InvalidOperationException("The config is wrong.");
    }

    private sealed record Plain(string Country, int Age, string Plan, bool Consented, List<(DateTimeOffset At, decimal Revenue)> Orders)
    {
        public bool Holds(DateTimeOffset now)
        {
            if (Country != "CN" || Age < 18 || Plan is not ("gold" or "silver") || !Consented) return false;
            var (count, sum) = (0, 0m);
            foreach (var (at, revenue) in Orders)
                if (at > now.AddDays(-90) && at <= now) (count, sum) = (count + 1, sum + revenue);
            return count >= 3 && sum >= 100;
        }
    }

    public sealed class Facts
    {
        public string Country { get; set; } = "";
        public int Age { get; set; }
        public string Plan { get; set; } = "";
        public bool Consented { get; set; }
        public int Orders90 { get; set; }
        public double Spent90 { get; set; }
    }
}
