using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Deliveries;

public class DispatchTests
{
    private static Shop Asked(string message = "hello", string traits = """{"email":"ada@shop.example"}""") => new Shop()
        .With("j", new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Send("s", message), new Step.Exit("end", "done")]))
        .Identify(Monday, traits).Track("Signed Up", Monday);

    private static string Id(Shop shop) => shop.Customer.Deliveries.Keys.Single();

    private static Shop Admit(Shop shop, string token = "t", bool suppressed = false, bool again = false) =>
        shop.Decide(new Input.Admit(Id(shop), token, shop.Customer.Email, suppressed, again), Monday.AddSeconds(1));

    private static Delivery Only(Shop shop) => shop.Customer.Deliveries.Values.Single();

    [Fact]
    public void An_admitted_message_is_claimed_before_it_is_handed_over()
    {
        var shop = Admit(Asked());
        Assert.Equal((DeliveryStatus.Sending, 1, "t"), (Only(shop).Status, Only(shop).Attempt, Only(shop).Token));
        Assert.Equal("ada@shop.example", shop.Outgoing!.To);
        Assert.NotNull(shop.Outgoing.UnsubscribeUrl);
    }

    [Fact]
    public void Nobody_else_gets_the_message_while_it_is_claimed() => Assert.Null(Admit(Admit(Asked()), token: "other").Outgoing);

    [Fact]
    public void A_channel_that_makes_no_second_message_may_be_asked_again() => Assert.NotNull(Admit(Admit(Asked()), token: "other", again: true).Outgoing);

    [Fact]
    public void What_may_have_gone_out_is_never_called_skipped()
    {
        var refused = Admit(Asked()).Track("Unsubscribed", Monday.AddSeconds(1), """{"topic":"offers"}""");
        Assert.Equal(DeliveryStatus.Unknown, Only(Admit(refused, token: "other", again: true)).Status);
        Assert.Null(refused.Outgoing);
    }

    [Theory]
    [InlineData("""{}""", "hello", false, "no-address")]
    [InlineData("""{"email":"nonsense"}""", "hello", false, "no-address")]
    [InlineData("""{"email":"a@b.example\r\nBcc: c@d.example"}""", "hello", false, "no-address")]
    [InlineData("""{"email":"ada@shop.example"}""", "hello", true, "suppressed")]
    [InlineData("""{"email":"ada@shop.example"}""", "newsletter", false, "no-consent")]
    [InlineData("""{"email":"ada@shop.example"}""", "personal", false, "missing-data: customer.first_name")]
    public void A_message_that_may_not_go_is_skipped_with_its_reason(string traits, string message, bool suppressed, string reason)
    {
        var shop = Admit(Asked(message, traits), suppressed: suppressed);
        Assert.Null(shop.Outgoing);
        Assert.Equal(reason, Assert.Single(shop.Facts.OfType<Fact.Settled>()).Reason);
        Assert.Equal("done", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
    }

    [Fact]
    public void A_refused_topic_is_not_sent_and_a_later_yes_counts_again()
    {
        var refused = Asked().Track("Unsubscribed", Monday.AddMilliseconds(1), """{"topic":"offers","source":"form"}""");
        Assert.Equal("unsubscribed", Assert.Single(Admit(refused).Facts.OfType<Fact.Settled>()).Reason);
        var again = Asked().Track("Unsubscribed", Monday.AddMilliseconds(1), """{"topic":"offers"}""").Track("Subscribed", Monday.AddMilliseconds(2), """{"topic":"offers"}""");
        Assert.NotNull(Admit(again).Outgoing);
    }

    [Fact]
    public void A_refusal_for_now_is_tried_again_later_and_given_up_in_the_end()
    {
        var shop = Asked();
        var now = Monday;
        for (var attempt = 1; attempt <= Dispatch.MostAttempts; attempt++)
        {
            Assert.Equal(attempt == 1 ? DeliveryStatus.Requested : DeliveryStatus.Retry, Only(shop).Status);
            now = Only(shop).Until ?? now;
            shop.Decide(new Input.Admit(Id(shop), $"t{attempt}", shop.Customer.Email, false), now.AddTicks(-1));
            shop.Decide(new Input.Admit(Id(shop), $"t{attempt}", shop.Customer.Email, false), now).Decide(new Input.Settle(Id(shop), $"t{attempt}", new Outcome.Retry("451")), now);
            Assert.Equal(attempt, Only(shop).Attempt);
        }
        Assert.Equal(DeliveryStatus.Failed, Only(shop).Status);
        Assert.InRange(now - Monday, TimeSpan.FromHours(2), TimeSpan.FromHours(3));
    }

    [Fact]
    public void A_hard_bounce_suppresses_the_address()
    {
        var shop = Admit(Asked()).Decide(new Input.Settle(Id(Asked()), "t", new Outcome.Failed("550 5.1.1", HardBounce: true)), Monday.AddSeconds(2));
        Assert.Equal("ada@shop.example", Assert.Single(shop.Effects.OfType<Effect.Suppress>()).Address);
    }

    [Fact]
    public void The_outcome_of_another_attempt_is_ignored() =>
        Assert.Equal(DeliveryStatus.Sending, Only(Admit(Asked()).Decide(new Input.Settle(Id(Asked()), "stale", new Outcome.Sent(null)), Monday.AddSeconds(2))).Status);

    [Fact]
    public void An_unknown_delivery_lets_the_run_go_on_and_becomes_sent_when_that_turns_out()
    {
        var shop = Admit(Asked()).Decide(new Input.Settle(Id(Asked()), "t", new Outcome.Unknown("timeout")), Monday.AddSeconds(2));
        Assert.Equal(DeliveryStatus.Unknown, Only(shop).Status);
        Assert.Single(shop.Facts.OfType<Fact.Exited>());
        Assert.Equal(DeliveryStatus.Sent, Only(shop.Decide(new Input.Settle(Id(shop), "t", new Outcome.Sent("x")), Monday.AddSeconds(3))).Status);
        Assert.Single(shop.Facts.OfType<Fact.Exited>());
    }

    [Fact]
    public void Joining_statuses_does_not_depend_on_order_or_repetition() => Gen.Select(Gen.Enum<DeliveryStatus>(), Gen.Int[0, 3]).Array[1, 6].Sample(reports =>
    {
        var deliveries = reports.Select(report => Only(Asked()) with { Status = report.Item1, Attempt = report.Item2 }).ToList();
        var joined = deliveries.Aggregate(DeliveryStatuses.Join);
        var other = deliveries.AsEnumerable().Reverse().Concat(deliveries).Aggregate(DeliveryStatuses.Join);
        Assert.Equal(joined.Status >= DeliveryStatus.Sending ? joined.Status : default, other.Status >= DeliveryStatus.Sending ? other.Status : default);
        Assert.Equal(deliveries.Max(delivery => delivery.IsSettled ? delivery.Status : default), joined.IsSettled ? joined.Status : default);
    }, iter: 200);
}
