using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;

namespace MarketingAutomation.EndToEnd;

/// <summary>What the data of <see cref="ShopUnderFire"/> says, held against what its shoppers did.</summary>
internal sealed class ShopLedger
{
    private readonly IReadOnlyList<Shopper> shoppers;
    private readonly byte[] pepper;
    private readonly Catalog catalog;
    private readonly ImmutableSortedDictionary<string, Customer> customers;
    private readonly IReadOnlyList<(string Customer, LogEntry Entry)> log;
    private readonly IReadOnlyList<Fact> facts;

    private ShopLedger(IReadOnlyList<Shopper> shoppers, byte[] pepper, Catalog catalog, ImmutableSortedDictionary<string, Customer> customers, IReadOnlyList<(string Customer, LogEntry Entry)> log, IReadOnlyList<Fact> facts) =>
        (this.shoppers, this.pepper, this.catalog, this.customers, this.log, this.facts) = (shoppers, pepper, catalog, customers, log, facts);

    /// <summary>Deliveries by how they ended.</summary>
    public ILookup<string, string> Deliveries => facts.OfType<Fact.Settled>().ToLookup(fact => fact.Status, fact => fact.Delivery, StringComparer.Ordinal);

    /// <summary>Claims that a kill interrupted and that were taken up again.</summary>
    public int Resumed => customers.Values.SelectMany(customer => customer.Deliveries.Values).Where(delivery => delivery.Attempt > 1).DistinctBy(delivery => delivery.Id).Count();

    public static async Task<ShopLedger> ReadAsync(DataFolder data, string config, IReadOnlyList<Shopper> shoppers, CancellationToken ct)
    {
        var deployment = await data.DeploymentAsync(ct);
        return new(shoppers, deployment.Pepper, ConfigFiles.Load(config, 1, deployment), await data.CustomersAsync(ct), await data.LogAsync(ct), await data.FactsAsync(ct));
    }

    /// <summary>Every call is in the log of its customer, or of the anonymous one that became them, exactly once.</summary>
    public void AssertLog()
    {
        foreach (var shopper in shoppers)
        {
            var keys = Keys(shopper).ToHashSet();
            var logged = log.Where(line => keys.Contains(new(line.Customer))).Select(line => line.Entry.Input).OfType<Input.Happened>().Select(input => input.Event.MessageId);
            Assert.Equal(shopper.Calls.Select(call => call.MessageId).Order(StringComparer.Ordinal), logged.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Nobody is there who did not come, every device belongs to its owner, and everybody has the traits, counts and segments that follow from their calls.</summary>
    public void AssertCustomers()
    {
        Assert.Equal(shoppers.SelectMany(Keys).Select(key => key.Value).Order(StringComparer.Ordinal), customers.Keys);
        foreach (var shopper in shoppers)
        {
            var customer = Known(shopper);
            Assert.Equal(Traits(shopper), customer.Traits.ToImmutableSortedDictionary(trait => trait.Key, trait => trait.Value.GetString()!, StringComparer.Ordinal));
            Assert.Equal(Tallies(shopper), Ever.Where(rule => customer.Tallies.ContainsKey(rule.Id)).ToImmutableSortedDictionary(rule => rule.Id, rule => customer.Tallies[rule.Id].Count, StringComparer.Ordinal));
            Assert.Equal(Segments(shopper).Order(StringComparer.Ordinal), customer.Segments.Keys);
            foreach (var device in shopper.Devices)
            {
                var anonymous = CustomerKey.OfAnonymous(pepper, device);
                Assert.Equal(customer.Key, customers[anonymous.Value].MergedInto);
                Assert.Equal(long.MaxValue, customer.Absorbed[anonymous.Value]);
            }
        }
    }

    /// <summary>The index of members says what the customers' own states say.</summary>
    public async Task AssertMembersAsync(DataFolder data, CancellationToken ct)
    {
        foreach (var segment in catalog.Segments.Keys)
            Assert.Equal(customers.Where(pair => pair.Value.Segments.ContainsKey(segment)).Select(pair => $"{pair.Key} {pair.Value.Segments[segment]:O}"), await data.MembersAsync(segment, ct));
    }

    /// <summary>Each order made one run in each journey, each run was entered and left once, and nothing is under way any more.</summary>
    public void AssertRuns()
    {
        foreach (var journey in catalog.Journeys.Keys)
        {
            var (entered, exited) = (facts.OfType<Fact.Entered>().Where(fact => fact.Journey == journey).ToDictionary(fact => fact.Run, StringComparer.Ordinal), facts.OfType<Fact.Exited>().Where(fact => fact.Journey == journey).Select(fact => fact.Run));
            var orders = shoppers.SelectMany(shopper => shopper.Calls.Where(call => call.Event == "Order Completed").Select(call => Candidates(shopper, call, journey))).ToList();
            foreach (var candidates in orders)
            {
                var (run, arm) = Assert.Single(candidates, candidate => entered.ContainsKey(candidate.Run));
                Assert.Equal(arm, entered[run].Arm);
            }
            Assert.Equal(orders.Count, entered.Count);
            Assert.Equal(entered.Keys.Order(StringComparer.Ordinal), exited.Order(StringComparer.Ordinal));
        }
        Assert.All(shoppers.Select(Known), customer => Assert.DoesNotContain(customer.Runs.Values, run => run.IsActive));
    }

    /// <summary>Each run has exactly one delivery, settled exactly once: skipped for the holdout and where there was no address yet, handed over otherwise.</summary>
    public void AssertDeliveries(params string[] handedOver)
    {
        var settled = facts.OfType<Fact.Settled>().ToDictionary(fact => fact.Delivery, StringComparer.Ordinal);
        foreach (var run in facts.OfType<Fact.Entered>())
        {
            Assert.True(settled.Remove(Hash.Id("delivery", run.Run, "send"), out var delivery), $"Run {run.Run} of {run.Journey} has no delivery.");
            if (run.Arm == Arm.Holdout) Assert.Equal(("skipped", "holdout"), (delivery.Status, delivery.Reason));
            else if (delivery.Status == "skipped") Assert.Equal("no-address", delivery.Reason);
            else Assert.Contains(delivery.Status, handedOver);
        }
        Assert.Empty(settled);
        Assert.All(shoppers.Select(Known), customer => Assert.All(customer.Deliveries.Values, delivery => Assert.True(delivery.IsSettled)));
    }

    /// <summary>Everybody with a window open is woken when it ends.</summary>
    public void AssertNobodyIsIn(string segment) => Assert.DoesNotContain(customers.Values, customer => customer.MergedInto is null && customer.Segments.ContainsKey(segment));

    private Customer Known(Shopper shopper) => customers[CustomerKey.OfUser(pepper, shopper.UserId).Value];

    private IEnumerable<CustomerKey> Keys(Shopper shopper) => [CustomerKey.OfUser(pepper, shopper.UserId), .. shopper.Devices.Select(device => CustomerKey.OfAnonymous(pepper, device))];

    // An anonymous order is decided for the device, or for its owner where the owner was known sooner.
    private IEnumerable<(string Run, Arm Arm)> Candidates(Shopper shopper, ShopperCall call, string journey)
    {
        CustomerKey[] keys = call.UserId is null ? [CustomerKey.OfUser(pepper, shopper.UserId), CustomerKey.OfAnonymous(pepper, call.AnonymousId!)] : [CustomerKey.OfUser(pepper, shopper.UserId)];
        return keys.Select(key => (Hash.Id("run", key.Value, journey, call.MessageId), ArmOf(journey, key.Value)));
    }

    private Arm ArmOf(string journey, string key) => Hash.Bucket("holdout", journey, key) < catalog.Journeys[journey].Holdout * 100 ? Arm.Holdout : Arm.Treated;

    // What the owner says counts; what the devices said before fills the gaps; of two words the later.
    private static ImmutableSortedDictionary<string, string> Traits(Shopper shopper) => shopper.Calls
        .OrderBy(call => call.UserId is null ? 0 : 1)
        .SelectMany(call => call.Traits ?? ImmutableSortedDictionary<string, string>.Empty)
        .Aggregate(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), (traits, trait) => traits.SetItem(trait.Key, trait.Value));

    // What windows hold depends on when it is looked at; what is counted for ever does not.
    private IEnumerable<TallyRule.Single> Ever =>
        catalog.Segments.Values.SelectMany(segment => Rules.Nodes(segment.When)).OfType<Condition.Event>().SelectMany(e => catalog.Rules.QuestionsOf(e).ToArray())
            .Select(question => question.Rule).OfType<TallyRule.Single>().Where(rule => rule.Within is null).DistinctBy(rule => rule.Id);

    private ImmutableSortedDictionary<string, long> Tallies(Shopper shopper) =>
        Ever.Select(rule => (rule.Id, Count: Matching(shopper, rule).LongCount())).Where(tally => tally.Count > 0).ToImmutableSortedDictionary(tally => tally.Id, tally => tally.Count, StringComparer.Ordinal);

    private static IEnumerable<ShopperCall> Matching(Shopper shopper, TallyRule.Single rule) =>
        shopper.Calls.Where(call => call.Event == rule.Event && rule.Where.Hold(call.Properties is { } properties ? JsonSerializer.SerializeToElement(new { revenue = properties.Revenue }) : default));

    private static IEnumerable<string> Segments(Shopper shopper)
    {
        var (orders, views) = (shopper.Calls.Where(call => call.Event == "Order Completed").ToList(), shopper.Calls.Count(call => call.Event == "Product Viewed"));
        if (orders.Count >= 1) yield return "buyers";
        if (orders.Count >= 3) yield return "regulars";
        if (orders.Count(order => order.Properties!.Revenue >= 100) >= 2) yield return "big-spenders";
        if (orders.Count >= 3 && Traits(shopper)["plan"] == "gold") yield return "golden-regulars";
        if (views >= 2) yield return "lookers";
    }
}
