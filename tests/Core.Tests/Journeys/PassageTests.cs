using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Journeys;

public class PassageTests
{
    private static readonly Condition Lapsed = new Condition.All([
        new Condition.Event("Order Completed"),
        new Condition.Not(new Condition.Event("Order Completed", Within: TimeSpan.FromDays(60)))]);

    private static Journey Cart(string? reentry = null, decimal holdout = 0) => new(
        Name("Cart"), new Entry.Event("Product Added", Key: "cart_id", Reentry: reentry),
        [new Step.Wait("pause", TimeSpan.FromHours(1)), new Step.Send("first", "hello"), new Step.Wait("day", TimeSpan.FromDays(1)), new Step.Send("last", "last-call")],
        [new ExitRule.Event("Order Completed")], new Goal("Order Completed", TimeSpan.FromDays(3), Value: "revenue"), holdout);

    private static Shop Ada(Journey journey, params IEnumerable<(string Id, Condition When)> segments) =>
        segments.Aggregate(new Shop().With("cart", journey), (shop, segment) => shop.With(segment.Id, segment.When)).Identify(Monday, """{"email":"ada@shop.example"}""");

    [Fact]
    public void A_journey_without_waits_asks_for_its_first_message_at_once()
    {
        var shop = Ada(new(Name("Welcome"), new Entry.Event("Signed Up"), [new Step.Send("hello", "hello")])).Track("Signed Up", Monday);
        Assert.Equal(DeliveryStatus.Requested, Assert.Single(shop.Customer.Deliveries.Values).Status);
        Assert.Single(shop.Effects.OfType<Effect.Deliver>());
    }

    [Fact]
    public void A_wait_ends_at_its_own_instant_and_not_before()
    {
        var shop = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""");
        Assert.Equal(Monday.AddHours(1), shop.Customer.WakeAt);
        Assert.Empty(shop.Wake(Monday.AddHours(1).AddTicks(-1)).Customer.Deliveries);
        Assert.Single(shop.Wake(Monday.AddHours(1)).Customer.Deliveries);
    }

    [Fact]
    public void A_run_stays_at_its_send_step_until_the_delivery_is_settled()
    {
        var shop = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""").Sleep(Monday.AddHours(5));
        Assert.Equal("first", Assert.Single(shop.Customer.Runs.Values).Step);
        shop.Deliver(Monday.AddHours(6));
        Assert.Equal("day", Assert.Single(shop.Customer.Runs.Values).Step);
        Assert.Equal(Monday.AddHours(30), shop.Customer.WakeAt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_one_request_brings_happens_in_its_own_order_however_late_it_is_decided(bool bySegment)
    {
        var journey = bySegment ? Cart() with { Entry = new Entry.SegmentEntered("adders", null) } : Cart();
        var (shop, decided) = (Ada(journey, ("adders", new Condition.Event("Product Added"))), Monday.AddMinutes(1));
        foreach (var (name, second) in new[] { ("Page Viewed", 1), ("Product Added", 2), ("Order Completed", 3) })
            shop.Decide(new Input.Happened(Tracked(name, Monday.AddSeconds(second), """{"revenue":10}""")), decided);
        Assert.Equal("exit-rule", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
        Assert.Single(shop.Facts.OfType<Fact.Converted>());
    }

    [Fact]
    public void Whoever_orders_leaves_without_another_message_and_counts_as_converted()
    {
        var shop = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""").Sleep(Monday.AddHours(2)).Deliver(Monday.AddHours(2))
            .Track("Order Completed", Monday.AddHours(5), """{"revenue":42.5}""").Sleep(Monday.AddDays(9));
        Assert.Single(shop.Facts.OfType<Fact.Settled>());
        Assert.Equal("exit-rule", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
        Assert.Equal(42.5m, Assert.Single(shop.Facts.OfType<Fact.Converted>()).Value);
    }

    [Fact]
    public void A_message_already_asked_for_is_skipped_when_the_run_has_ended()
    {
        var shop = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""").Wake(Monday.AddHours(1)).Track("Order Completed", Monday.AddHours(2)).Deliver(Monday.AddHours(3));
        Assert.Equal("run-ended", Assert.Single(shop.Facts.OfType<Fact.Settled>()).Reason);
    }

    [Fact]
    public void A_customer_may_be_in_one_run_for_each_cart()
    {
        var shop = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""").Track("Product Added", Monday.AddMinutes(1), """{"cart_id":"c1"}""").Track("Product Added", Monday.AddMinutes(2), """{"cart_id":"c2"}""");
        Assert.Equal(["c1", "c2"], shop.Customer.Runs.Values.Select(run => run.Key).Order());
    }

    [Theory]
    [InlineData("never", 1)]
    [InlineData("always", 4)]
    [InlineData("afterExit", 2)] // the second order comes while the first run is still waiting
    [InlineData("P2D", 2)]
    public void A_journey_is_entered_again_only_as_its_rule_says(string reentry, int entries)
    {
        var journey = new Journey(Name("Thanks"), new Entry.Event("Order Completed", Reentry: reentry), [new Step.Wait("pause", TimeSpan.FromDays(1.5))]);
        var shop = Ada(journey).Track("Order Completed", Monday).Track("Order Completed", Monday.AddDays(1)).Sleep(Monday.AddDays(1.9)).Track("Order Completed", Monday.AddDays(1.9));
        shop.Sleep(Monday.AddDays(2.5)).Track("Order Completed", Monday.AddDays(2.5));
        Assert.Equal(entries, shop.Facts.OfType<Fact.Entered>().Count());
    }

    [Fact]
    public void A_branch_takes_the_first_way_that_holds_and_everybody_else_the_last()
    {
        Step.Branch branch = new("who", [
            new([new Step.Send("vip", "offer")], new Condition.Trait("plan", new(Is: Json("\"pro\"")))),
            new([new Step.Send("all", "hello")])]);
        var journey = new Journey(Name("j"), new Entry.Event("Signed Up"), [branch, new Step.Exit("end", "done")]);
        Assert.Equal("offer", Ada(journey).Identify(Monday, """{"plan":"pro"}""").Track("Signed Up", Monday).Customer.Deliveries.Values.Single().Message);
        Assert.Equal("hello", Ada(journey).Track("Signed Up", Monday).Customer.Deliveries.Values.Single().Message);
    }

    [Fact]
    public void After_a_branch_the_run_goes_on_behind_it()
    {
        Step.Branch branch = new("who", [new([], new Condition.Trait("plan", new(Is: Json("\"pro\"")))), new([new Step.Wait("w", TimeSpan.FromDays(1))])]);
        var journey = new Journey(Name("j"), new Entry.Event("Signed Up"), [branch, new Step.Exit("end", "done")]);
        Assert.Equal("done", Assert.Single(Ada(journey).Identify(Monday, """{"plan":"pro"}""").Track("Signed Up", Monday).Facts.OfType<Fact.Exited>()).Reason);
        Assert.Equal("done", Assert.Single(Ada(journey).Track("Signed Up", Monday).Sleep(Monday.AddDays(2)).Facts.OfType<Fact.Exited>()).Reason);
    }

    [Fact]
    public void Entering_a_segment_starts_a_run_at_the_instant_it_becomes_true()
    {
        var journey = new Journey(Name("Win back"), new Entry.SegmentEntered("lapsed"), [new Step.Send("back", "offer")], Goal: new Goal("Order Completed", TimeSpan.FromDays(30)));
        var shop = Ada(journey, ("lapsed", Lapsed)).Track("Order Completed", Monday);
        Assert.Equal(Monday.AddDays(60), shop.Customer.WakeAt);
        Assert.Equal(Monday.AddDays(60), Assert.Single(shop.Sleep(Monday.AddDays(70)).Facts.OfType<Fact.Entered>()).At);
        shop.Track("Order Completed", Monday.AddDays(90));
        Assert.Equal(Monday.AddDays(90), Assert.Single(shop.Facts.OfType<Fact.Converted>()).At);
    }

    [Fact]
    public void A_goal_reached_after_its_time_does_not_count()
    {
        var journey = new Journey(Name("Win back"), new Entry.SegmentEntered("lapsed"), [], Goal: new Goal("Order Completed", TimeSpan.FromDays(30)));
        var shop = Ada(journey, ("lapsed", Lapsed)).Track("Order Completed", Monday).Sleep(Monday.AddDays(60)).Track("Order Completed", Monday.AddDays(90).AddTicks(1));
        Assert.Empty(shop.Facts.OfType<Fact.Converted>());
    }

    [Fact]
    public void An_order_at_the_very_instant_of_lapsing_keeps_the_customer_in()
    {
        var shop = Ada(new(Name("Win back"), new Entry.SegmentEntered("lapsed"), []), ("lapsed", Lapsed)).Track("Order Completed", Monday).Track("Order Completed", Monday.AddDays(60)).Sleep(Monday.AddDays(119));
        Assert.Empty(shop.Facts.OfType<Fact.Entered>());
    }

    [Fact]
    public void Held_out_runs_walk_the_same_steps_without_a_message()
    {
        var shop = Ada(Cart(holdout: 100)).Track("Product Added", Monday, """{"cart_id":"c1"}""").Sleep(Monday.AddDays(5));
        Assert.Equal(["holdout", "holdout"], shop.Facts.OfType<Fact.Settled>().Select(fact => fact.Reason));
        Assert.Equal("completed", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
        Assert.Empty(shop.Effects.OfType<Effect.Deliver>());
    }

    [Fact]
    public void The_holdout_is_sticky_and_as_large_as_configured()
    {
        var journey = Cart(reentry: "always", holdout: 10);
        var held = Enumerable.Range(0, 4000).Count(i =>
        {
            var shop = Ada(journey).As(new(CustomerKey.OfUser(Shop.Deployment.Pepper, $"u{i}"))).Track("Product Added", Monday).Track("Product Added", Monday.AddDays(1));
            var arms = shop.Facts.OfType<Fact.Entered>().Select(fact => fact.Arm).Distinct().ToList();
            return Assert.Single(arms) == Arm.Holdout;
        });
        Assert.InRange(held, 340, 460); // 400 expected, three standard deviations are 57
    }

    [Fact]
    public void Imported_history_and_late_events_start_no_run_but_count()
    {
        var shop = Ada(Cart(), ("has-cart", new Condition.Event("Product Added")));
        shop.Decide(new Input.Happened(Tracked("Product Added", Monday.AddDays(-400)), History: true), Monday);
        Assert.Empty(shop.Customer.Runs);
        Assert.True(shop.Customer.Segments.ContainsKey("has-cart"));
        shop.Decide(new Input.Happened(Tracked("Product Added", Monday.AddDays(-2))), Monday);
        Assert.Empty(shop.Customer.Runs);
    }

    [Fact]
    public void A_step_taken_out_of_the_journey_ends_the_runs_that_stand_there()
    {
        var shop = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""");
        shop.CatalogVersion = 2;
        shop.With("cart", Cart() with { Steps = [new Step.Send("other", "hello")] }).Sleep(Monday.AddDays(1));
        Assert.Equal("step-removed", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
    }

    [Fact]
    public void Waking_late_takes_each_step_at_its_own_instant()
    {
        var journey = new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Wait("a", TimeSpan.FromDays(1)), new Step.Wait("b", TimeSpan.FromDays(1)), new Step.Exit("end", "done")]);
        var shop = Ada(journey).Track("Signed Up", Monday).Wake(Monday.AddDays(30));
        Assert.Equal(Monday.AddDays(2), Assert.Single(shop.Facts.OfType<Fact.Exited>()).At);
    }

    [Fact]
    public void Waking_again_and_again_changes_nothing_more() => Gen.Int[0, 200].Array[1, 20].Sample(hours =>
    {
        var once = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""").Sleep(Monday.AddDays(9));
        var often = Ada(Cart()).Track("Product Added", Monday, """{"cart_id":"c1"}""");
        foreach (var hour in hours.Order()) often.Wake(Monday.AddHours(hour));
        often.Sleep(Monday.AddDays(9));
        Assert.Equal(once.Facts.Select(fact => (fact.Id, fact.At)), often.Facts.Select(fact => (fact.Id, fact.At)));
    }, iter: 200);
}
