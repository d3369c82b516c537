using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Deliveries;

public class AutoPauseTests
{
    private static readonly AutoPause Limits = new(Complaints: 0.1m, HardBounces: 2, Unsubscribes: 1);

    private static Reception Line(long sent, long bounces = 0, long complaints = 0, long unsubscribes = 0, string topic = "offers", string? domain = null) => new("welcome", topic, domain, sent, bounces, complaints, unsubscribes);

    [Fact]
    public void A_journey_whose_messages_are_complained_of_says_how_much_and_where_most_of_it_is() => Assert.Equal(
        "complaints 0.75 % (9 of 1200) above the limit of 0.1 %; most at gmail.com, topic offers (5 of 400)",
        Limits.Judge([Line(500, complaints: 2), Line(400, complaints: 5, domain: "gmail.com"), Line(150, complaints: 1, domain: "qq.com"), Line(150, complaints: 1, topic: "news")]));

    [Theory]
    [InlineData(1000, 0, 0, 0, null)]
    [InlineData(1000, 0, 1, 0, null)]                                   // as many as the limit allows
    [InlineData(199, 100, 100, 100, null)]                              // too few to judge
    [InlineData(200, 0, 1, 0, null)]                                    // 0.5 %, but one complaint proves nothing
    [InlineData(200, 0, 2, 0, "complaints 1 % (2 of 200)")]
    [InlineData(1000, 20, 0, 0, null)]
    [InlineData(1000, 32, 0, 0, "hard bounces 3.2 % (32 of 1000)")]
    [InlineData(1000, 0, 0, 20, "unsubscribes 2 % (20 of 1000)")]
    public void A_limit_is_passed_where_the_rate_lies_above_it_for_sure(long sent, long bounces, long complaints, long unsubscribes, string? reason) =>
        Assert.StartsWith(reason ?? "", Limits.Judge([Line(sent, bounces, complaints, unsubscribes)]) is var said && (said is null) == (reason is null) ? said ?? "" : $"unexpected: {said}", StringComparison.Ordinal);

    [Fact]
    public void A_mailbox_provider_or_a_topic_alone_is_enough()
    {
        Reception[] quiet = [Line(100_000), Line(5_000, domain: "gmail.com")];
        Assert.Null(Limits.Judge(quiet));
        Assert.StartsWith("complaints at qq.com 2 % (5 of 250)", Limits.Judge([.. quiet, Line(250, complaints: 5, domain: "qq.com")]), StringComparison.Ordinal);
        Assert.StartsWith("hard bounces of topic news 6 % (18 of 300)", Limits.Judge([.. quiet, Line(300, bounces: 18, topic: "news")]), StringComparison.Ordinal);
        Assert.Null(Limits.Judge([.. quiet, Line(150, complaints: 5, domain: "qq.com")])); // too few of them
    }

    [Fact]
    public void What_the_policy_does_not_limit_stops_nobody() => Assert.Null(new AutoPause(Unsubscribes: 1).Judge([Line(1000, 500, 500)]));

    /// <summary>Looked at after every ten messages, which is more often than at every tick.</summary>
    [Fact]
    public void A_journey_at_half_a_limit_is_seldom_stopped_and_one_at_five_times_the_limit_soon()
    {
        var random = new Random(1);
        int? StoppedAfter(double rate)
        {
            var (sent, complaints) = (0, 0);
            while (sent < 10_000)
            {
                for (var i = 0; i < 10; i++, sent++)
                    if (random.NextDouble() < rate) complaints++;
                if (Limits.Judge([Line(sent, complaints: complaints)]) is not null) return sent;
            }
            return null;
        }
        var half = Enumerable.Range(0, 500).Count(_ => StoppedAfter(0.0005) is not null);
        var five = Enumerable.Range(0, 500).Select(_ => StoppedAfter(0.005)).ToList();
        Assert.InRange(half, 0, 50); // one in ten over ten thousand messages
        Assert.DoesNotContain(null, five);
        Assert.InRange(five.Order().ElementAt(250)!.Value, 200, 800);
    }

    [Theory, InlineData("ada@GMail.com", "gmail.com"), InlineData("ada@qq.com", "qq.com"), InlineData("ada@lovelace.example", null), InlineData("ada@notgmail.com", null)]
    public void Only_a_domain_that_many_share_is_kept(string address, string? domain) => Assert.Equal(domain, MailDomains.Of(address));

    private static Shop Sent(Outcome? outcome = null, string email = "ada@gmail.com") => new Shop()
        .With("j", new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Send("s", "hello")]))
        .Identify(Monday, $$"""{"email":"{{email}}"}""").Track("Signed Up", Monday).Deliver(Monday.AddMinutes(1), outcome);

    private static Shop Report(Shop shop, CallbackKind kind, bool hard = false, string id = "e1")
    {
        foreach (var e in Callbacks.Events(shop.Catalog.Policy, shop.Customer.Key, shop.Customer.Deliveries.Values.Single(), new Callback(kind, id, Monday.AddHours(3)) { Hard = hard }, Monday.AddHours(3)))
            shop.Decide(new Input.Happened(e), Monday.AddHours(3));
        return shop;
    }

    private static IEnumerable<Reaction> Counted(Shop shop) => shop.Effects.OfType<Effect.Count>().Select(count => count.Reaction);

    [Fact]
    public void What_became_of_a_message_is_counted_where_it_was_sent()
    {
        var shop = Report(Report(Report(Sent(), CallbackKind.Delivered), CallbackKind.Complained, id: "e2"), CallbackKind.UnsubscribedFromAll, id: "e3");
        Assert.Equal([Reaction.Sent, Reaction.Complaint, Reaction.Unsubscribe], Counted(shop).Distinct());
        Assert.All(shop.Effects.OfType<Effect.Count>(), count => Assert.Equal(("j", Monday.AddMinutes(1), "offers", "gmail.com"), (count.Journey, count.SentAt, count.Topic, count.Domain)));
    }

    [Fact]
    public void An_address_that_is_no_good_counts_whoever_refuses_it_and_a_soft_bounce_does_not()
    {
        Assert.Equal([Reaction.Sent, Reaction.HardBounce], Counted(Sent(new Outcome.Failed("550", HardBounce: true))));
        Assert.Equal([Reaction.Sent, Reaction.HardBounce], Counted(Report(Sent(), CallbackKind.Bounced, hard: true)));
        Assert.Equal([Reaction.Sent], Counted(Report(Sent(), CallbackKind.Bounced)));
        Assert.Empty(Counted(Sent(new Outcome.Failed("552"))));
        Assert.Null(Assert.Single(Sent(email: "ada@lovelace.example").Effects.OfType<Effect.Count>()).Domain);
    }
}
