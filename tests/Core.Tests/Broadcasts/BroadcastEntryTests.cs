using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Broadcasts;

public class BroadcastEntryTests
{
    private static readonly CustomerKey Anonymous = CustomerKey.OfAnonymous(Shop.Deployment.Pepper, "browser"), Known = CustomerKey.OfUser(Shop.Deployment.Pepper, "ada");

    private static readonly Input Sale = new Input.Enter("sale");

    private static Shop With(decimal holdout = 0, Goal? goal = null) => new Shop().With("here", new Condition.Event("Visit"))
        .With("sale", new Broadcast(Name("Sale"), "here", "offer", Monday, holdout, goal).ToJourney());

    private static Shop Member(decimal holdout = 0, Goal? goal = null) => With(holdout, goal).Identify(Monday, """{"email":"ada@shop.example"}""").Track("Visit", Monday);

    [Fact]
    public void A_customer_in_the_segment_gets_the_message_once_however_often_the_broadcast_comes()
    {
        var shop = Member().Decide(Sale, Monday.AddHours(1)).Decide(Sale, Monday.AddHours(1)).Deliver(Monday.AddHours(1)).Decide(Sale, Monday.AddHours(2)).Deliver(Monday.AddHours(2));
        Assert.Equal(DeliveryStatus.Sent, Assert.Single(shop.Customer.Deliveries.Values).Status);
        Assert.Single(shop.Facts.OfType<Fact.Entered>());
        Assert.Equal("completed", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
        Assert.False(Decided(shop, Sale, Monday.AddDays(200)).Deliveries.Any()); // also once the delivery is forgotten
    }

    [Fact]
    public void Who_has_left_the_segment_when_its_turn_comes_is_not_entered()
    {
        var shop = new Shop().With("here", new Condition.Event("Visit", Within: TimeSpan.FromDays(1))).With("sale", new Broadcast(Name("Sale"), "here", "offer", Monday).ToJourney())
            .Identify(Monday, """{"email":"ada@shop.example"}""").Track("Visit", Monday).Decide(Sale, Monday.AddDays(2)); // its wake has not rung yet
        Assert.Empty(shop.Customer.Runs);
        Assert.False(BroadcastEntry.HasEntered(shop.Customer, "sale"));
    }

    [Fact]
    public void A_broadcast_nobody_knows_enters_nobody() => Assert.Empty(Member().Decide(new Input.Enter("other"), Monday).Customer.Runs);

    [Fact]
    public void Its_messages_go_beside_the_live_ones()
    {
        var shop = Member().With(policy => policy with { QuietHours = new(new(9, 0), new(11, 0)) }).Decide(Sale, Monday.AddHours(1)).Deliver(Monday.AddHours(1));
        Assert.Equal([null, Monday.AddHours(2)], shop.Effects.OfType<Effect.Deliver>().Select(deliver => deliver.Due));
        Assert.All(shop.Effects.OfType<Effect.Deliver>(), deliver => Assert.True(deliver.IsBroadcast));
        Assert.All(new Shop().With("j", new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Send("s", "hello")])).Track("Signed Up", Monday).Effects.OfType<Effect.Deliver>(), deliver => Assert.False(deliver.IsBroadcast));
    }

    [Fact]
    public void The_holdout_gets_nothing_and_its_goal_counts_all_the_same()
    {
        var goal = new Goal("Order Completed", TimeSpan.FromDays(3), Value: "revenue");
        Gen.Int[0, 10_000].Sample(draw =>
        {
            var shop = With(50, goal).As(new(CustomerKey.OfUser(Shop.Deployment.Pepper, $"ada-{draw}"))).Identify(Monday, """{"email":"ada@shop.example"}""").Track("Visit", Monday)
                .Decide(Sale, Monday.AddHours(1)).Deliver(Monday.AddHours(1)).Track("Order Completed", Monday.AddDays(1), """{"revenue":20}""");
            var arm = Assert.Single(shop.Facts.OfType<Fact.Entered>()).Arm;
            Assert.Equal(arm == Arm.Holdout ? "skipped" : "sent", Assert.Single(shop.Facts.OfType<Fact.Settled>()).Status);
            Assert.Equal(20, Assert.Single(shop.Facts.OfType<Fact.Converted>()).Value);
        }, iter: 200, seed: "0000Lw0Mkvp4");
    }

    [Fact]
    public void Who_got_it_before_anybody_knew_who_it_was_does_not_get_it_again()
    {
        var visitor = Visitor().Decide(Sale, Monday.AddHours(1)).Deliver(Monday.AddHours(1)).Decide(new Input.MergeInto(Known), Monday.AddHours(2));
        var known = Member().Decide(Absorb(visitor), Monday.AddHours(3)).Decide(Sale, Monday.AddHours(4)).Deliver(Monday.AddHours(4));
        Assert.False(BroadcastEntry.HasEntered(known.Customer, "sale"));
        Assert.Equal(1, Sent(visitor, known));
    }

    [Fact]
    public void Who_could_not_be_reached_before_anybody_knew_who_it_was_gets_it_then()
    {
        var visitor = With().As(new(Anonymous)).Decide(Visit(), Monday).Decide(Sale, Monday.AddHours(1)).Deliver(Monday.AddHours(1)).Decide(new Input.MergeInto(Known), Monday.AddHours(2));
        Assert.Equal("no-address", Assert.Single(visitor.Facts.OfType<Fact.Settled>()).Reason);
        var known = Member().Decide(Absorb(visitor), Monday.AddHours(3)).Decide(Sale, Monday.AddHours(4)).Deliver(Monday.AddHours(4));
        Assert.Equal(1, Sent(visitor, known));
    }

    [Fact]
    public void Whenever_two_turn_out_to_be_one_no_broadcast_comes_twice_and_every_run_comes_to_an_end() =>
        Gen.Int[0, 6].Array[2, 14].Sample(steps =>
        {
            var (visitor, known, at, before) = (Visitor(), Member(), Monday, (int?)null);
            foreach (var step in steps.Concat([4, 5, 1, 3, 6])) // in the end they are one, and everything has had its turn
            {
                at = at.AddMinutes(1);
                if (step == 0 && visitor.Customer.MergedInto is null) visitor.Decide(Sale, at);
                if (step == 1) known.Decide(Sale, at);
                if (step == 2 && visitor.Customer.MergedInto is null) visitor.Deliver(at);
                if (step == 3) known.Deliver(at);
                if (step == 4 && visitor.Customer.MergedInto is null) visitor.Decide(new Input.MergeInto(Known), at);
                if (step == 5 && visitor.Customer.MergedInto is not null && before is null)
                {
                    before = Sent(visitor, known);
                    known.Decide(Absorb(visitor), at);
                }
                if (step == 6) known.Deliver(at);
            }
            Assert.Equal(Math.Max(1, before!.Value), Sent(visitor, known)); // two who both have it when they turn out to be one have two
            var facts = visitor.Facts.Concat(known.Facts).ToList();
            Assert.Equal(facts.OfType<Fact.Entered>().Select(fact => fact.Run).Order(), facts.OfType<Fact.Exited>().Select(fact => fact.Run).Order());
            Assert.Equal(facts.OfType<Fact.Entered>().Select(fact => fact.Run).Order(), facts.OfType<Fact.Settled>().Select(fact => fact.Run).Distinct().Order());
        }, iter: 5_000, seed: "0000Lw0Mkvp4");

    private static int Sent(params Shop[] shops) => shops.SelectMany(shop => shop.Facts).OfType<Fact.Settled>().Count(fact => fact.Status == "sent");

    private static Shop Visitor() => With().As(new(Anonymous))
        .Decide(new Input.Happened(new Collect.CustomerEvent.Identified { MessageId = "i", AnonymousId = "browser", At = Monday, ReceivedAt = Monday, Traits = Json("""{"email":"ada@shop.example"}""") }), Monday)
        .Decide(Visit(), Monday);

    private static Input Visit() => new Input.Happened(Tracked("Visit", Monday, messageId: "v") with { UserId = null, AnonymousId = "browser" });

    private static Input Absorb(Shop visitor) => new Input.Absorb(Anonymous, 0, null, [], visitor.Customer);

    private static Decision.Made Decided(Shop shop, Input input, DateTimeOffset at) => Assert.IsType<Decision.Made>(Pipeline.Decide(shop.Catalog, shop.Customer, input, at));
}
