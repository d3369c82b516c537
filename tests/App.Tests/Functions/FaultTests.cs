using System.Text;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Functions;

/// <summary>Whatever goes wrong, healthy messages do not wear out: each counts once in effect, and none becomes a dead letter.</summary>
public sealed class FaultTests
{
    private const int Customers = 120;

    private static readonly DateTimeOffset Start = FaultyDeployment.Start;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Worker.Host, 5, 0)]
    [InlineData(Worker.Host, 5, 5)]
    [InlineData(Worker.Host, 180, 180)]
    [InlineData(Worker.Host, 600, 60)] // messages are worn by the bus's outage, and then storage is still away
    [InlineData(Worker.Host, 3600, 0)]
    [InlineData(Worker.Pump, 5, 5)]
    [InlineData(Worker.Pump, 3600, 0)]
    public async Task An_outage_delays_and_nothing_else(Worker worker, int storeSeconds, int busSeconds)
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        for (var i = 0; i < Customers; i++) await deployment.AcceptAsync(Ct, Signup(i), Order(i));

        deployment.StoreOutage.Begin(TimeSpan.FromSeconds(storeSeconds));
        deployment.BusOutage.Begin(TimeSpan.FromSeconds(busSeconds));
        await deployment.RunAsync(worker, Ct, Start + TimeSpan.FromMinutes(59));
        var afterEvents = deployment.StoreOutage.Refusals;
        deployment.StoreOutage.Begin(TimeSpan.FromSeconds(storeSeconds)); // and again when everybody's hour is over and messages go out
        await deployment.RunAsync(worker, Ct);

        Assert.NotEqual(0, afterEvents);
        Assert.NotEqual(afterEvents, deployment.StoreOutage.Refusals);
        await AssertEverythingOnceAsync(deployment, Enumerable.Range(0, Customers));
        Assert.Empty(await deployment.RowsAsync(Tables.Quarantine, Ct));
        Assert.True(deployment.LongestCall < TimeSpan.FromSeconds(150), $"A call took {deployment.LongestCall}; the lock may end.");
    }

    [Fact]
    public async Task Whichever_single_call_to_storage_fails_nothing_is_put_aside()
    {
        for (var (call, refused) = (0, true); refused; call++)
        {
            await using var deployment = await FaultyDeployment.OpenAsync(Ct);
            await deployment.AcceptAsync(Ct, Signup(0));
            await deployment.RunAsync(Worker.Host, Ct);
            await deployment.RedeployAsync(config => config.Segment("buyers", """{ "event": "Order Completed", "count": { "atLeast": 2 } }"""), Ct); // so everybody is counted anew, from the log
            await deployment.AcceptAsync(Ct, Order(0));
            deployment.StoreOutage.RefuseOne(after: call);
            await deployment.RunAsync(Worker.Host, Ct);

            refused = deployment.StoreOutage.Refusals > 0; // when the last call has had its turn, all have
            Assert.Empty(await deployment.RowsAsync(Tables.Quarantine, Ct));
            await AssertEverythingOnceAsync(deployment, [0]);
            Assert.True(call > 5 || refused, "Storage is hardly called.");
        }
    }

    [Fact]
    public async Task The_pump_outlives_a_bus_that_is_away()
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        await deployment.AcceptAsync(Ct, Signup(0), Order(0));
        deployment.ReceiveOutage.Begin(TimeSpan.FromMinutes(10));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var pump = deployment.Node.Pump.RunAsync(stop.Token);
        await EndToEnd.Eventually.HoldsAsync(() => Task.FromResult(deployment.Sent.Count > 0), "Nothing is sent.", TimeSpan.FromSeconds(30), Ct);
        await stop.CancelAsync();
        await pump;
        Assert.NotEqual(0, deployment.ReceiveOutage.Refusals);
    }

    [Fact]
    public async Task The_pump_ends_where_somebody_newer_has_decided()
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        var older = deployment.Node.Catalog;
        await deployment.RedeployAsync(config => config.Segment("buyers", """{ "event": "Order Completed" }"""), Ct);
        await deployment.AcceptAsync(Ct, Signup(0));
        await deployment.RunAsync(Worker.Pump, Ct);
        await deployment.RestoreAsync(older, Ct);
        await deployment.AcceptAsync(Ct, Order(0));
        await Assert.ThrowsAsync<StaleCatalogException>(() => deployment.Node.Pump.RunAsync(Ct));
    }

    [Theory]
    [InlineData(Worker.Host)]
    [InlineData(Worker.Pump)]
    public async Task One_poison_event_is_put_aside_and_the_others_go_on(Worker worker)
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        for (var i = 0; i < Customers; i++)
        {
            // No window can end after this, so deciding overflows, again and again. Collect corrects such times; who knows who else writes to the queue.
            CustomerEvent[] events = i == 60 ? [Signup(i), Order(i) with { At = DateTimeOffset.MaxValue, MessageId = "poison", Event = "Product Viewed" }, Order(i)] : [Signup(i), Order(i)];
            await deployment.AcceptAsync(Ct, events);
        }
        await deployment.RunAsync(worker, Ct);

        await AssertEverythingOnceAsync(deployment, Enumerable.Range(0, Customers));
        var row = Assert.Single(await deployment.RowsAsync(Tables.Quarantine, Ct));
        Assert.Equal(deployment.KeyOf("customer-60").Value, row.Partition);
        Assert.True(deployment.MostDeliveries <= 1, "The batch was delivered again.");
    }

    [Theory]
    [InlineData(Worker.Host)]
    [InlineData(Worker.Pump)]
    public async Task A_message_that_nobody_can_read_is_put_aside_and_the_others_go_on(Worker worker)
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        string[] nonsense = ["", "nonsense", "[null]", """[{"type":"track"}]""", """{"tries":"x"}""", """[{"type":"track","messageId":"m","at":"2026-11-26T09:00:00Z","receivedAt":"2026-11-26T09:00:00Z","event":"Nobody's"}]"""];
        foreach (var body in nonsense) await deployment.SendAsync(Queue.Events, body, Ct);
        await deployment.SendAsync(Queue.Wakes, "{}", Ct);
        await deployment.SendAsync(Queue.Deliveries, "7", Ct);
        for (var i = 0; i < 5; i++) await deployment.AcceptAsync(Ct, Signup(i), Order(i));
        await deployment.RunAsync(worker, Ct);

        await AssertEverythingOnceAsync(deployment, Enumerable.Range(0, 5));
        var put = (await deployment.RowsAsync(Tables.Quarantine, Ct)).GroupBy(row => row.Partition).ToDictionary(rows => rows.Key, rows => rows.Count(), StringComparer.Ordinal);
        Assert.Equal((nonsense.Length, 1, 1), (put[Queue.Events], put[Queue.Wakes], put[Queue.Deliveries]));
    }

    [Theory]
    [InlineData(Worker.Host)]
    [InlineData(Worker.Pump)]
    public async Task A_customer_whose_data_is_damaged_holds_nobody_up_and_what_comes_for_it_is_put_aside_piece_by_piece(Worker worker)
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        await deployment.Store.CommitAsync(Tables.Customers, deployment.KeyOf("customer-3").Value, [new Write.Insert("state", [77])], Ct);
        for (var i = 0; i < 10; i++) await deployment.AcceptAsync(Ct, Signup(i), Order(i));
        await deployment.RunAsync(worker, Ct);

        await AssertEverythingOnceAsync(deployment, Enumerable.Range(0, 10).Where(i => i != 3));
        var put = await deployment.RowsAsync(Tables.Quarantine, Ct);
        Assert.Equal(["order-3", "signup-3"], put.Select(row => Encoding.UTF8.GetString(Packed.Unpack(row.Value).Span)).Select(MessageId).Order(StringComparer.Ordinal));
    }

    // Inside the quarantined message's base64.
    private static string MessageId(string json) => EventsBody.Read(System.Text.Json.JsonElement.Parse(json).GetProperty("body").GetBytesFromBase64()).Single().MessageId;

    private static async Task AssertEverythingOnceAsync(FaultyDeployment deployment, IEnumerable<int> customers)
    {
        Assert.Empty(await deployment.DeadLettersAsync(Ct));
        var numbers = customers.ToList();
        var logged = await deployment.LoggedAsync(Ct);
        Assert.Equal(numbers.SelectMany(i => new[] { $"order-{i}", $"signup-{i}" }).Order(StringComparer.Ordinal), logged.Order(StringComparer.Ordinal));
        Assert.Equal(numbers.Select(i => $"customer-{i}@shop.example").Order(StringComparer.Ordinal), deployment.Sent.Select(message => message.To).Order(StringComparer.Ordinal));
        Assert.Equal(numbers.Count, (await deployment.FactsAsync(Ct)).OfType<Fact.Settled>().Count(fact => fact.Status == "sent"));
        Assert.DoesNotContain(await deployment.RowsAsync(Tables.Customers, Ct), row => row.Key.StartsWith("todo-", StringComparison.Ordinal));
    }

    private static CustomerEvent.Identified Signup(int i) => new()
    {
        MessageId = $"signup-{i}",
        UserId = $"customer-{i}",
        At = Start,
        ReceivedAt = Start,
        Traits = System.Text.Json.JsonElement.Parse($$"""{"email":"customer-{{i}}@shop.example"}"""),
    };

    private static CustomerEvent.Tracked Order(int i) => new()
    {
        MessageId = $"order-{i}",
        UserId = $"customer-{i}",
        At = Start,
        ReceivedAt = Start,
        Event = "Order Completed",
        Properties = System.Text.Json.JsonElement.Parse("""{"revenue":20}"""),
    };
}
