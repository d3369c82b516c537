namespace MarketingAutomation.EndToEnd;

/// <summary>A shop whose server is killed again and again while its shoppers are busy.</summary>
/// <remarks>The same seed makes the same shoppers, batches and kill moments; where a kill finds the server is up to the machine.</remarks>
internal sealed class ShopUnderFire
{
    private const int Senders = 8, MostCallsPerBatch = 6, LatestKill = 400; // ms

    private readonly Random random;
    private readonly int kills;
    private readonly IReadOnlyList<Sender> senders;

    public ShopUnderFire(int seed, int shoppers, int kills, DateTimeOffset until)
    {
        (random, this.kills) = (new(seed), kills);
        Shoppers = Shopper.Make(random, shoppers, until);
        senders = [.. Shoppers.Index().GroupBy(shopper => shopper.Index % Senders, shopper => shopper.Item).Select(some => new Sender(Batches([.. some])))];
    }

    public IReadOnlyList<Shopper> Shoppers { get; }

    /// <summary>Batches that were not answered and had to be sent again.</summary>
    public int Failures => senders.Sum(sender => sender.Failures);

    public static void WriteConfig(string folder) => ConfigWriter.In(folder)
        .Segment("buyers", """{ "event": "Order Completed" }""")
        .Segment("regulars", """{ "event": "Order Completed", "count": { "atLeast": 3 } }""")
        .Segment("big-spenders", """{ "event": "Order Completed", "where": { "revenue": { "atLeast": 100 } }, "count": { "atLeast": 2 } }""")
        .Segment("lookers", """{ "event": "Product Viewed", "count": { "atLeast": 2 }, "within": "P30D" }""")
        .Segment("golden-regulars", """{ "all": [ { "segment": "regulars" }, { "trait": "plan", "is": "gold" } ] }""")
        .Message("receipt", "orders", "Your order of {{ event.revenue }}", "<p>Thank you.</p>")
        .Message("follow-up", "offers", "How do you like it?", """<p><a href="https://shop.example/review">Tell us</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>""")
        .Journey("receipt", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "send", "send": "receipt" } ]""")
        .Journey("follow-up", """ "entry": { "event": "Order Completed", "reentry": "always" }, "holdout": 30, "steps": [ { "id": "pause", "wait": "PT1S" }, { "id": "send", "send": "follow-up" } ]""");

    /// <summary>Starts the server, lets the shoppers go on, kills it; in the end lets them finish. All calls are acknowledged when this returns.</summary>
    /// <param name="from">The part of the calls, 0 to 1, that was sent before.</param>
    public async Task RunAsync(IServer server, CancellationToken ct, double from = 0)
    {
        for (var kill = 1; kill <= kills; kill++)
        {
            await server.StartAsync(ct);
            var load = SendAsync(server, from + (1 - from) * kill / (kills + 1), ct);
            await Task.Delay(random.Next(LatestKill), ct); // not a wait for anything: it chooses the moment
            await server.KillAsync();
            await load;
        }
        await server.StartAsync(ct);
        await Eventually.HoldsAsync(async () =>
        {
            await SendAsync(server, 1, ct);
            return senders.All(sender => sender.Left == 0);
        }, "Not every call is acknowledged.", TimeSpan.FromSeconds(30), ct);
    }

    /// <summary>Lets the shoppers go on until a part of all calls, 0 to 1, is acknowledged; each stops where the server is gone.</summary>
    public Task SendAsync(IServer server, double part, CancellationToken ct) => Task.WhenAll(senders.Select(sender => sender.SendAsync(server.Http, part, ct)));

    // The calls of several shoppers mixed, each shopper's in their order.
    private List<byte[]> Batches(IReadOnlyList<Shopper> some)
    {
        var left = some.Select(shopper => new Queue<ShopperCall>(shopper.Calls)).ToList();
        List<byte[]> batches = [];
        while (left.Count > 0)
        {
            List<ShopperCall> batch = [];
            for (var size = random.Next(1, MostCallsPerBatch + 1); size > 0 && left.Count > 0; size--)
            {
                var shopper = left[random.Next(left.Count)];
                batch.Add(shopper.Dequeue());
                if (shopper.Count == 0) left.Remove(shopper);
            }
            batches.Add(ShopperCall.Batch(batch));
        }
        return batches;
    }
}
