using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>A year of a real shop, 541,909 lines: ten segments at ten instants, against what plain loops over the lines say.</summary>
public class OnlineRetailTests
{
    private static readonly DateTimeOffset End = new(2011, 12, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset[] Instants = [.. Enumerable.Range(0, 10).Select(i => End.AddDays(-36 * (9 - i)).AddHours(-i))];

    private static readonly (string Id, string When, Func<Buyer, DateTimeOffset, bool> Truth)[] Ten =
    [
        ("spenders", """{ "event": "Order Completed", "within": "P90D", "sum": { "of": "revenue", "atLeast": 1000 } }""",
            (buyer, now) => buyer.Orders.Where(order => order.At <= now && order.At > now.AddDays(-90)).Sum(order => order.Revenue) >= 1000),
        ("british-or-irish", """{ "trait": "country", "oneOf": ["United Kingdom", "EIRE"] }""",
            (buyer, now) => buyer.Lines.Any(line => line.At <= now) && buyer.Lines.Last(line => line.At <= now).Country is "United Kingdom" or "EIRE"),
        ("returners", """{ "event": "Product Returned", "count": { "atLeast": 2 }, "within": "P60D" }""",
            (buyer, now) => buyer.Lines.Count(line => line.Quantity < 0 && line.At <= now && line.At > now.AddDays(-60)) >= 2),
        ("heart-without-cake-stand", """{ "sequence": { "event": "Product Ordered", "where": { "sku": { "is": "85123A" } } }, "thenNot": { "event": "Product Ordered", "where": { "sku": { "is": "22423" } } }, "within": "P30D", "inLast": "P120D" }""",
            (buyer, now) => buyer.Bought("85123A").Any(heart => heart.At <= now.AddDays(-30) && heart.At > now.AddDays(-120) && !buyer.Bought("22423").Any(stand => stand.At >= heart.At && stand.At <= heart.At.AddDays(30)))),
        ("sent-it-back", """{ "sequence": { "event": "Product Ordered" }, "then": { "event": "Product Returned" }, "within": "P30D", "key": "sku", "inLast": "P90D" }""",
            (buyer, now) => buyer.Lines.Any(line => line.Quantity > 0 && line.At > now.AddDays(-90) && line.At <= now && buyer.Returns[line.Sku].Any(back => back.At <= now && back.At >= line.At && back.At <= line.At.AddDays(30)))),
        ("lapsed", """{ "all": [ { "event": "Order Completed" }, { "not": { "event": "Order Completed", "within": "P60D" } } ] }""",
            (buyer, now) => buyer.Orders.Any(order => order.At <= now) && !buyer.Orders.Any(order => order.At <= now && order.At > now.AddDays(-60))),
        ("anniversary", """{ "trait": "first_order", "anniversaryWithin": "P14D" }""",
            (buyer, now) => buyer.Lines[0].At <= now && Anniversary(DateOnly.FromDateTime(buyer.Lines[0].At.Date), now)),
        ("variety", """{ "event": "Product Ordered", "within": "P30D", "distinct": { "of": "sku", "atLeast": 20 } }""",
            (buyer, now) => buyer.Lines.Where(line => line.Quantity > 0 && line.At <= now && line.At > now.AddDays(-30)).Select(line => line.Sku).Distinct().Count() >= 20),
        ("good-baskets", """{ "event": "Order Completed", "count": { "atLeast": 3 }, "average": { "of": "revenue", "greaterThan": 300 }, "max": { "of": "revenue", "lessThan": 2000 } }""",
            (buyer, now) => buyer.Orders.Where(order => order.At <= now).ToList() is { Count: >= 3 } orders && orders.Average(order => order.Revenue) > 300 && orders.Max(order => order.Revenue) < 2000),
        ("quiet-lovers-of-one", """{ "all": [ { "trait": "computed.quiet", "atLeast": 30, "lessThan": 100 }, { "trait": "computed.favourite", "matches": "^[0-9]+[A-Z]$" }, { "not": { "segment": "lapsed" } } ] }""",
            (buyer, now) => buyer.Orders.Where(order => order.At <= now).ToList() is [.., var last] && (now - last.At).TotalDays is >= 30 and < 100 && char.IsAsciiLetterUpper(buyer.Favourite(now)[^1]) && buyer.Favourite(now).Length > 1 && buyer.Favourite(now)[..^1].All(char.IsAsciiDigit)
                && last.At > now.AddDays(-60)),
    ];

    [Fact]
    public void Ten_segments_of_a_real_shop_have_the_members_that_a_plain_count_finds_at_ten_instants()
    {
        var buyers = Read(SharedFolder.FileOrSkip("data/online_retail.csv.gz"));
        Assert.Equal((4372, 406_829), (buyers.Count, buyers.Sum(buyer => buyer.Lines.Count)));
        var catalog = Catalog();
        var found = new int[Ten.Length];
        Parallel.ForEach(buyers, buyer =>
        {
            var (customer, next) = (new Customer(CustomerKey.OfUser(catalog.Deployment.Pepper, buyer.Id)), 0);
            var (inOrder, events) = (customer, buyer.Events().ToList());
            foreach (var now in Instants)
            {
                var some = events.Skip(next).TakeWhile(e => e.At <= now).ToList();
                next += some.Count;
                var late = buyer.Id[^1] % 2 == 0; // half of the customers' events arrive together, and in no order
                var past = events.Take(next - some.Count).ToList();
                foreach (var e in late ? some.OrderBy(e => Hash.Bucket(e.MessageId)) : some.AsEnumerable())
                {
                    customer = Decide(catalog, customer, new Input.Happened(e), late ? now : e.At, past);
                    past.Add(e);
                }
                if (next == 0) continue;
                customer = Decide(catalog, customer, new Input.Woke(now), now, past);
                if (late)
                {
                    foreach (var e in some) inOrder = Decide(catalog, inOrder, new Input.Happened(e), e.At, []);
                    inOrder = Decide(catalog, inOrder, new Input.Woke(now), now, []);
                    Assert.Equal(inOrder.Segments, customer.Segments); // since when, too
                }
                for (var i = 0; i < Ten.Length; i++)
                {
                    var truth = Ten[i].Truth(buyer, now);
                    if (truth) Interlocked.Increment(ref found[i]);
                    if (truth != customer.Segments.ContainsKey(Ten[i].Id)) Assert.Fail($"Customer {buyer.Id} at {now:O}: {(truth ? "should" : "should not")} be in {Ten[i].Id}.");
                }
            }
        });
        Assert.All(found, memberships => Assert.InRange(memberships, 20, 43_000)); // each of them has some and not all
    }

    private static Customer Decide(Catalog catalog, Customer customer, Input input, DateTimeOffset now, IReadOnlyList<CustomerEvent> past)
    {
        var decision = Pipeline.Decide(catalog, customer, input, now);
        return ((Decision.Made)(decision is Decision.NeedsHistory ? Pipeline.Decide(catalog, customer, input with { Past = past }, now) : decision)).Customer;
    }

    private static bool Anniversary(DateOnly first, DateTimeOffset now)
    {
        for (var year = first.Year + 1; year <= first.Year + 2; year++)
        {
            var day = new DateTimeOffset(first.AddYears(year - first.Year).ToDateTime(default), TimeSpan.Zero);
            if (now >= day.AddDays(-14) && now < day.AddDays(1)) return true;
        }
        return false;
    }

    private static Catalog Catalog()
    {
        var files = Ten.ToDictionary(segment => $"segments/{segment.Id}.json", segment => $$"""{ "name": { "en": "{{segment.Id}}" }, "when": {{segment.When}} }""");
        files["policy.json"] = """{ "topics": { "orders": { "name": { "en": "Orders" }, "consent": "optOut" } }, "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } } }""";
        files["traits/quiet.json"] = """{ "name": { "en": "Days since the last order" }, "event": "Order Completed", "take": "daysSince" }""";
        files["traits/favourite.json"] = """{ "name": { "en": "Favourite product" }, "event": "Product Ordered", "take": "mostFrequent", "of": "sku" }""";
        var (catalog, problems) = ConfigReader.Read(files, 1, new(new byte[32], new byte[32], new("http://localhost")));
        Assert.Empty(problems);
        return catalog!;
    }

    private static List<Buyer> Read(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        List<(string Buyer, Line Line)> lines = [];
        text.ReadLine();
        while (text.ReadLine() is { } row)
        {
            string[] left = row.Split(',', 3), right = [.. row.Split(',')[^5..]]; // between them stands a description, which may hold commas
            if (right[3].Length > 0)
                lines.Add((right[3], new(left[0], left[1], int.Parse(right[0], CultureInfo.InvariantCulture), DateTimeOffset.Parse(right[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), decimal.Parse(right[2], CultureInfo.InvariantCulture), right[4])));
        }
        return [.. lines.GroupBy(line => line.Buyer, line => line.Line, StringComparer.Ordinal).Select(some => new Buyer(some.Key, [.. some.OrderBy(line => line.At)]))];
    }

    private sealed record Line(string Invoice, string Sku, int Quantity, DateTimeOffset At, decimal Price, string Country);

    private sealed record Buyer(string Id, List<Line> Lines)
    {
        /// <summary>Invoices that are no cancellations.</summary>
        public List<(string Invoice, DateTimeOffset At, decimal Revenue)> Orders { get; } =
            [.. Lines.Where(line => line.Quantity > 0).GroupBy(line => line.Invoice).Select(order => (order.Key, order.Max(line => line.At), order.Sum(line => line.Quantity * line.Price))).OrderBy(order => order.Item2)];

        public ILookup<string, Line> Returns { get; } = Lines.Where(line => line.Quantity < 0).ToLookup(line => line.Sku, StringComparer.Ordinal);

        public IEnumerable<Line> Bought(string sku) => Lines.Where(line => line.Sku == sku && line.Quantity > 0);

        public string Favourite(DateTimeOffset now) =>
            Lines.Where(line => line.Quantity > 0 && line.At <= now).GroupBy(line => line.Sku).OrderByDescending(lines => lines.Count()).ThenBy(lines => lines.Key, StringComparer.Ordinal).First().Key;

        public IEnumerable<CustomerEvent> Events()
        {
            var first = Lines[0];
            return Lines.Select((line, i) => (CustomerEvent)Tracked($"line-{i}", line.Quantity > 0 ? "Product Ordered" : "Product Returned", line.At, $$"""{"order_id":"{{line.Invoice}}","sku":"{{line.Sku}}","quantity":{{line.Quantity}}}"""))
                .Concat(Orders.Select(order => Tracked($"order-{order.Invoice}", "Order Completed", order.At, $$"""{"order_id":"{{order.Invoice}}","revenue":{{order.Revenue.ToString(CultureInfo.InvariantCulture)}}}""")))
                .Concat(Lines.Where((line, i) => i == 0 || line.Country != Lines[i - 1].Country).Select((line, i) => new CustomerEvent.Identified
                {
                    MessageId = $"who-{i}",
                    UserId = Id,
                    At = line.At,
                    ReceivedAt = line.At,
                    Traits = JsonElement.Parse($$"""{"country":"{{line.Country}}","first_order":"{{first.At:yyyy-MM-dd}}"}"""),
                }))
                .OrderBy(e => e.At);
        }

        private CustomerEvent.Tracked Tracked(string id, string name, DateTimeOffset at, string properties) =>
            new() { MessageId = id, UserId = Id, Event = name, At = at, ReceivedAt = at, Properties = JsonElement.Parse(properties) };
    }
}
