using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Segments;

public class MembershipTests
{
    private static readonly Condition Lapsed = new Condition.All([new Condition.Event("Order"), new Condition.Not(new Condition.Event("Order", Within: TimeSpan.FromDays(10)))]);

    private static readonly Condition Active = new Condition.Event("Order", Within: TimeSpan.FromDays(10));

    private static Shop With(Condition condition) => new Shop().With("s", condition).With("j", new Journey(Name("J"), new Entry.SegmentEntered("s", Reentry: "always"), [new Step.Send("hello", "hello")])).Identify(Monday, "{}");

    private static DateTimeOffset Day(double day) => Monday.AddDays(day);

    private static Shop Late(Shop shop, DateTimeOffset at, DateTimeOffset now) => shop.Decide(new Input.Happened(Tracked("Order", at)), now);

    private static int Runs(Shop shop) => shop.Facts.OfType<Fact.Entered>().Count();

    [Fact]
    public void A_segment_that_is_true_of_everybody_is_entered_with_the_first_event()
    {
        var shop = new Shop().With("never-bought", new Condition.Not(new Condition.Event("Order Completed"))).Track("Product Viewed", Monday);
        Assert.True(shop.Customer.Segments.ContainsKey("never-bought"));
        Assert.False(shop.Track("Order Completed", Monday.AddHours(1)).Customer.Segments.ContainsKey("never-bought"));
    }

    [Fact]
    public void Of_those_that_are_true_of_everybody_the_first_event_may_make_one_untrue_and_it_was_never_entered()
    {
        var shop = new Shop().With("never-bought", new Condition.Not(new Condition.Event("Order Completed"))).With("quiet", new Condition.InSegment("never-bought")).Track("Order Completed", Monday);
        Assert.Empty(shop.Customer.Segments);
        Assert.Empty(shop.Effects.OfType<Effect.Member>());
    }

    [Fact]
    public void One_wake_is_outstanding_and_moves_only_earlier()
    {
        var shop = new Shop().With("active", new Condition.Event("A", Within: TimeSpan.FromHours(10)));
        for (var i = 0; i < 20; i++) shop.Track("A", Monday.AddMinutes(i));
        Assert.Single(shop.Effects.OfType<Effect.WakeAt>());
        shop.Sleep(Monday.AddDays(2));
        Assert.Equal(2, shop.Effects.OfType<Effect.WakeAt>().Count()); // the first came early and armed the second
        Assert.False(shop.Customer.Segments.ContainsKey("active"));
    }

    [Fact]
    public void Nobody_is_woken_for_what_could_change_nothing()
    {
        var shop = new Shop().With("both", new Condition.All([new Condition.Event("A", Within: TimeSpan.FromHours(10)), new Condition.Trait("vip", new(Is: Json("true")))]));
        Assert.Null(shop.Track("A", Monday).Customer.WakeAt); // without the trait it is false however time goes
        Assert.Equal(Monday.AddHours(10), shop.Identify(Monday.AddHours(1), """{"vip":true}""").Customer.WakeAt);
    }

    [Fact]
    public void Entering_and_leaving_carry_the_instant_at_which_they_became_true()
    {
        var shop = With(Active).Track("Order", Day(1)).Wake(Day(30));
        Assert.Equal([Day(1), null], shop.Effects.OfType<Effect.Member>().Select(member => member.Since));
        Assert.Equal(Day(11).UtcTicks, With(Active).Track("Order", Day(1)).Wake(Day(11.5)).Customer.Left["s"]);
        Assert.Equal(Day(11), With(Lapsed).Track("Order", Day(1)).Wake(Day(30)).Customer.Segments["s"]);
    }

    [Fact]
    public void A_late_event_that_takes_an_entry_back_causes_no_second_message()
    {
        var shop = Late(With(Lapsed).Track("Order", Day(0)).Sleep(Day(10)), Day(9.5), Day(10.2));
        Assert.Equal(1, Runs(shop));
        Assert.False(shop.Customer.Segments.ContainsKey("s"));
        Assert.True(shop.Sleep(Day(25)).Customer.Segments.ContainsKey("s"));
        Assert.Equal(1, Runs(shop)); // as it would be, had the event come in time
        Assert.Equal(2, Runs(shop.Track("Order", Day(26)).Sleep(Day(40)))); // lapsed once more
    }

    [Fact]
    public void A_late_event_that_shows_the_customer_never_left_causes_no_second_message()
    {
        var shop = Late(With(Active).Track("Order", Day(0)).Sleep(Day(10)), Day(9.5), Day(10.2));
        Assert.True(shop.Customer.Segments.ContainsKey("s"));
        Assert.Equal(1, Runs(shop));
        Assert.Equal(2, Runs(shop.Sleep(Day(30)).Track("Order", Day(31))));
    }

    [Fact]
    public void What_comes_later_than_the_policy_allows_counts_and_starts_nothing()
    {
        var shop = Late(With(Active), Day(1), Day(5));
        Assert.True(shop.Customer.Segments.ContainsKey("s"));
        Assert.Equal(0, Runs(shop));
    }

    [Fact]
    public void Publishing_renews_only_what_was_edited()
    {
        var shop = With(Active).With("other", new Condition.Event("View", Count: new(AtLeast: 2))).Track("Order", Monday).Track("View", Monday.AddHours(1));
        var (first, tallies) = (Lineage.Next(null, shop.Catalog.Rules.Parts, 1), shop.Customer.Tallies);

        shop.With("other", new Condition.Event("View", Count: new(AtLeast: 1)));
        (shop.CatalogVersion, shop.Lineage) = (2, Lineage.Next(first, shop.Catalog.Rules.Parts, 2));
        Assert.Equal((0, "other"), (shop.Catalog.ChangesSince(1).Tallies.Count, Assert.Single(shop.Catalog.ChangesSince(1).Segments))); // another threshold of a count for ever needs no other count
        shop.Wake(Monday.AddHours(2));
        Assert.True(shop.Customer.Segments.ContainsKey("other"));

        var second = shop.Lineage;
        shop.With("other", new Condition.Event("View", Within: TimeSpan.FromDays(3)));
        (shop.CatalogVersion, shop.Lineage) = (3, Lineage.Next(second, shop.Catalog.Rules.Parts, 3));
        Assert.IsType<Decision.NeedsHistory>(Pipeline.Decide(shop.Catalog, shop.Customer, new Input.Woke(Monday.AddHours(3)), Monday.AddHours(3)));
        shop.Decide(new Input.Woke(Monday.AddHours(3)) { Past = [Tracked("View", Monday.AddHours(1))] }, Monday.AddHours(3)); // without the order: its tally stays as it is
        Assert.Equal(["other", "s"], shop.Customer.Segments.Keys);
        Assert.Equal(2, shop.Customer.Tallies.Count);
        Assert.Contains(shop.Customer.Tallies, tally => tallies.TryGetValue(tally.Key, out var known) && ReferenceEquals(known, tally.Value));
    }

    [Fact]
    public void A_segment_that_is_taken_out_of_the_config_loses_its_members()
    {
        var shop = With(Active).Track("Order", Monday);
        var later = new Shop { CatalogVersion = 2 }.As(shop.Customer).Wake(Monday.AddHours(1));
        Assert.Empty(later.Customer.Segments);
        Assert.Empty(later.Customer.Tallies);
        Assert.Null(Assert.Single(later.Effects.OfType<Effect.Member>()).Since);
    }

    [Fact]
    public void A_message_sent_counts_as_got()
    {
        var shop = With(new Condition.Event("Order")).With("reached", new Condition.Engaged(Engagement.Got, "hello", "offers", TimeSpan.FromDays(7)));
        shop.Identify(Monday, """{"email":"ada@shop.example"}""").Track("Order", Monday).Deliver(Monday.AddHours(1));
        Assert.Equal(Monday.AddHours(1), shop.Customer.Segments["reached"]);
        Assert.False(shop.Sleep(Monday.AddDays(8)).Customer.Segments.ContainsKey("reached"));
    }

    [Fact]
    public void A_sticky_draw_is_as_large_as_asked_and_the_same_for_ever()
    {
        var condition = new Condition.Bucket("spring", 20, 50);
        var customers = Enumerable.Range(0, 4000).Select(i => new Customers.Customer(Customers.CustomerKey.OfUser(Shop.Deployment.Pepper, $"{i}"))).ToList();
        var drawn = customers.Count(customer => Answer.Of(condition, customer, new Shop().Catalog, Monday).Holds);
        Assert.InRange(drawn, 1100, 1300);
        Assert.Equal(drawn, customers.Count(customer => Answer.Of(condition, customer, new Shop().Catalog, Monday.AddYears(1)).Holds));
    }
}
