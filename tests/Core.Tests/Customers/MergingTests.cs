using MarketingAutomation.Collect;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Customers;

public class MergingTests
{
    private static readonly CustomerKey Anonymous = CustomerKey.OfAnonymous(Shop.Deployment.Pepper, "browser");
    private static readonly CustomerKey Known = CustomerKey.OfUser(Shop.Deployment.Pepper, "ada");

    private static readonly Journey Welcome = new(Name("Welcome"), new Entry.Event("Signed Up"), [new Step.Wait("pause", TimeSpan.FromHours(1)), new Step.Send("hello", "hello")]);

    private static Shop New(CustomerKey key) => new Shop().With("welcome", Welcome).With("viewer", new Condition.Event("Product Viewed", Count: new(AtLeast: 2))).As(new(key));

    private static CustomerEvent.Tracked Visit(string name, DateTimeOffset at, string messageId) => Tracked(name, at, messageId: messageId) with { UserId = null, AnonymousId = "browser" };

    private static Shop Visitor() => New(Anonymous)
        .Decide(new Input.Happened(Visit("Product Viewed", Monday, "v1")), Monday)
        .Decide(new Input.Happened(Visit("Signed Up", Monday.AddMinutes(1), "v2")), Monday.AddMinutes(1));

    [Fact]
    public void A_call_with_both_ids_asks_the_anonymous_customer_to_merge_once()
    {
        var shop = New(Known).Decide(new Input.Happened(Tracked("Product Viewed", Monday) with { AnonymousId = "browser" }), Monday)
            .Decide(new Input.Happened(Tracked("Product Viewed", Monday.AddHours(1)) with { AnonymousId = "browser" }), Monday.AddHours(1));
        Assert.Equal(Anonymous, Assert.Single(shop.Effects.OfType<Effect.Merge>()).Anonymous);
    }

    [Fact]
    public void What_is_merged_sends_everything_later_to_who_it_is()
    {
        var shop = Visitor().Decide(new Input.MergeInto(Known), Monday.AddMinutes(2));
        Assert.Equal(new Decision.Moved(Known), Pipeline.Decide(shop.Catalog, shop.Customer, new Input.Woke(Monday.AddHours(2)), Monday.AddHours(2)));
    }

    [Fact]
    public void The_first_to_claim_an_anonymous_customer_keeps_it()
    {
        var other = CustomerKey.OfUser(Shop.Deployment.Pepper, "bob");
        var shop = Visitor().Decide(new Input.MergeInto(Known), Monday.AddMinutes(2)).Decide(new Input.MergeInto(other), Monday.AddMinutes(3));
        Assert.Equal(Known, shop.Customer.MergedInto);
        Assert.Single(shop.Effects.OfType<Effect.AbsorbNext>());
    }

    [Fact]
    public void The_known_customer_counts_what_the_anonymous_one_did_and_carries_its_runs_on()
    {
        var visitor = Visitor().Decide(new Input.MergeInto(Known), Monday.AddMinutes(2));
        var known = New(Known).Decide(new Input.Happened(Tracked("Product Viewed", Monday.AddMinutes(2)) with { AnonymousId = "browser" }), Monday.AddMinutes(2));
        var chunk = new Input.Absorb(Anonymous, 0, null, [Visit("Product Viewed", Monday, "v1"), Visit("Signed Up", Monday.AddMinutes(1), "v2")], visitor.Customer);
        known.Decide(chunk, Monday.AddMinutes(3)).Decide(chunk, Monday.AddMinutes(4));
        Assert.Equal(Monday.AddMinutes(2), known.Customer.Segments["viewer"]); // since the second view
        Assert.Equal(visitor.Customer.Runs.Keys, known.Customer.Runs.Keys);
        Assert.Equal(2, known.Customer.Tallies.Values.Max(tally => tally.Count));
        known.Sleep(Monday.AddHours(1).AddMinutes(1));
        Assert.Equal(Hash.Id("delivery", visitor.Customer.Runs.Keys.Single(), "hello"), Assert.Single(known.Customer.Deliveries.Values).Id);
    }

    [Fact]
    public void Of_two_runs_of_one_journey_the_older_goes_on()
    {
        var visitor = Visitor().Decide(new Input.MergeInto(Known), Monday.AddMinutes(10));
        var known = New(Known).Decide(new Input.Happened(Tracked("Signed Up", Monday.AddMinutes(5))), Monday.AddMinutes(5))
            .Decide(new Input.Happened(Tracked("Product Viewed", Monday.AddMinutes(9)) with { AnonymousId = "browser" }), Monday.AddMinutes(9))
            .Decide(new Input.Absorb(Anonymous, 0, null, [], visitor.Customer), Monday.AddMinutes(11));
        Assert.Equal("merged", Assert.Single(known.Facts.OfType<Fact.Exited>()).Reason);
        Assert.Equal(visitor.Customer.Runs.Keys.Single(), known.Customer.Runs.Values.Single(run => run.IsActive).Id);
    }

    [Fact]
    public void A_message_on_its_way_is_settled_before_the_merge()
    {
        var visitor = New(Anonymous)
            .Decide(new Input.Happened(new CustomerEvent.Identified { MessageId = "i", AnonymousId = "browser", At = Monday, ReceivedAt = Monday, Traits = Json("""{"email":"ada@shop.example"}""") }), Monday)
            .Decide(new Input.Happened(Visit("Signed Up", Monday, "v2")), Monday).Sleep(Monday.AddHours(1));
        var id = visitor.Customer.Deliveries.Keys.Single();
        visitor.Decide(new Input.Admit(id, "t", "ada@shop.example", false), Monday.AddHours(1)).Decide(new Input.MergeInto(Known), Monday.AddHours(1));
        Assert.Null(visitor.Customer.MergedInto);
        visitor.Decide(new Input.Settle(id, "t", new Outcome.Sent(null)), Monday.AddHours(1));
        Assert.Equal(Known, visitor.Customer.MergedInto);
    }

    [Fact]
    public void A_merge_waits_no_longer_when_the_message_it_waits_for_may_not_go_again()
    {
        var visitor = New(Anonymous).Decide(Said("i", """{"email":"ada@shop.example"}"""), Monday).Decide(new Input.Happened(Visit("Signed Up", Monday, "v2")), Monday).Sleep(Monday.AddHours(1));
        var id = visitor.Customer.Deliveries.Keys.Single();
        visitor.Decide(new Input.Admit(id, "t", "ada@shop.example", false), Monday.AddHours(1)).Decide(new Input.MergeInto(Known), Monday.AddHours(1));
        visitor.Decide(new Input.Admit(id, "other", "ada@shop.example", Suppressed: true, Again: true), Monday.AddHours(1));
        Assert.Equal(Known, visitor.Customer.MergedInto);
    }

    [Fact]
    public void What_is_known_of_the_customer_stays_and_gaps_are_filled_with_what_was_said_last()
    {
        Input.Happened first = Said("i1", """{"city":"Graz","age":39,"size":"M"}"""), last = Said("i2", """{"age":40,"size":null}""", minute: 1);
        var visitor = New(Anonymous).Decide(first, Monday).Decide(last, Monday);
        var known = New(Known).Identify(Monday, """{"city":"Wien"}""").Decide(new Input.Absorb(Anonymous, 0, null, [first.Event, last.Event], visitor.Customer), Monday);
        Assert.Equal(["age", "city"], known.Customer.Traits.Keys);
        Assert.Equal("Wien", known.Customer.Traits["city"].GetString());
        Assert.Equal(40, known.Customer.Traits["age"].GetInt32());
    }

    private static Input.Happened Said(string messageId, string traits, int minute = 0) =>
        new(new CustomerEvent.Identified { MessageId = messageId, AnonymousId = "browser", At = Monday.AddDays(-1).AddMinutes(minute), ReceivedAt = Monday.AddDays(-1).AddMinutes(minute), Traits = Json(traits) });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_what_was_said_before_the_merge_the_last_word_fills_the_gap_in_whatever_order_it_arrives(bool forwardedFirst)
    {
        Input.Happened early = Said("""{"city":"Graz"}""", Monday), late = Said("""{"city":"Linz"}""", Monday.AddMinutes(1));
        var (visitor, known) = (New(Anonymous).Decide(late, Monday.AddMinutes(1)), New(Known).Identify(Monday.AddMinutes(2), """{"plan":"gold"}"""));
        Input absorb = new Input.Absorb(Anonymous, 0, null, [late.Event], visitor.Customer);
        foreach (var input in forwardedFirst ? new[] { early, absorb } : [absorb, early]) known.Decide(input, Monday.AddMinutes(3)); // one of the two was decided before the merge, the other came after it
        Assert.Equal("Linz", known.Customer.Traits["city"].GetString());
        Assert.Equal("Wien", known.Identify(Monday.AddSeconds(-1), """{"city":"Wien"}""").Customer.Traits["city"].GetString()); // the owner's own word counts, however old

        static Input.Happened Said(string traits, DateTimeOffset at) =>
            new(new Collect.CustomerEvent.Identified { MessageId = $"{at.Ticks}", AnonymousId = "browser", At = at, ReceivedAt = at, Traits = Json(traits) });
    }
}
