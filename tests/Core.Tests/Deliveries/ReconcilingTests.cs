using MarketingAutomation.Collect;
using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Deliveries;

public class ReconcilingTests
{
    private static readonly DateTimeOffset Claimed = Monday.AddSeconds(1);

    private static Shop Unknown(params ReadOnlySpan<FrequencyCap> caps)
    {
        IReadOnlyList<FrequencyCap> all = [.. caps];
        return new Shop().With(policy => policy with { FrequencyCaps = all })
            .With("j", new Journey(Name("j"), new Entry.Event("Signed Up", Reentry: "always"), [new Step.Send("s", "hello"), new Step.Exit("end", "done")]))
            .Identify(Monday, """{"email":"ada@shop.example"}""").Track("Signed Up", Monday).Deliver(Claimed, new Outcome.Unknown("timeout"));
    }

    private static Delivery Only(Shop shop) => shop.Customer.Deliveries.Values.Single();

    private static IReadOnlyList<DateTimeOffset> Questions(Shop shop) => [.. shop.Effects.OfType<Effect.Deliver>().Where(deliver => deliver.Due is not null).Select(deliver => deliver.Due!.Value)];

    private static Shop Ask(Shop shop, double hours, double? calledBack = null) =>
        shop.Decide(new Input.Reconcile(Only(shop).Id, calledBack is { } later ? Claimed.AddHours(later) : null), Claimed.AddHours(hours));

    private static Shop Happen(Shop shop, DateTimeOffset at, string name, bool ours = true)
    {
        var e = Tracked(name, at, $$"""{"delivery":"{{Only(shop).Id}}","topic":"offers"}""");
        return shop.Decide(new Input.Happened(ours ? e with { UserId = null, Customer = shop.Customer.Key } : e), at);
    }

    private static StepReport Report(Shop shop) => Reports.Report.Of(shop.Facts, new(Monday.AddDays(30))).Journeys.Single().Steps.Single();

    [Fact]
    public void Somebody_asks_a_day_after_the_claim() => Assert.Equal([Claimed.AddHours(24)], Questions(Unknown()));

    [Fact]
    public void What_a_provider_is_silent_about_while_it_tells_of_later_messages_was_not_accepted()
    {
        var shop = Ask(Unknown(), 24, calledBack: 3);
        Assert.Equal((DeliveryStatus.Failed, "not-accepted"), (Only(shop).Status, Only(shop).Reason));
        Assert.Equal((0, 1, 1, 0, 0), (Report(shop).Sent, Report(shop).Failed, Report(shop).NotAccepted, Report(shop).Unknown, Report(shop).Unresolved));
        Assert.Null(shop.Outgoing);
        Assert.Single(shop.Facts.OfType<Fact.Exited>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-5.0)]
    [InlineData(0.0)]
    [InlineData(0.99)]
    public void Without_word_of_later_messages_the_silence_says_nothing_and_is_asked_about_until_it_is_given_up(double? calledBack)
    {
        var shop = Ask(Unknown(), 24, calledBack);
        Assert.Equal((DeliveryStatus.Unknown, "timeout", 0), (Only(shop).Status, Only(shop).Reason, (int)Report(shop).Unresolved));
        Ask(Ask(shop, 48, calledBack), 72, calledBack);
        Assert.Equal((DeliveryStatus.Unknown, "unresolved: timeout", null), (Only(shop).Status, Only(shop).Reason, Only(shop).Until));
        Assert.Equal((0, 0, 1, 1), (Report(shop).Sent, Report(shop).Failed, Report(shop).Unknown, Report(shop).Unresolved));
        Assert.Equal([24, 48, 72], Questions(shop).Select(due => (due - Claimed).TotalHours));
        var version = shop.Customer.Version;
        Assert.Equal(version, Ask(shop, 100, calledBack: 50).Customer.Version);
    }

    [Fact]
    public void A_question_that_comes_twice_or_too_early_changes_nothing()
    {
        var shop = Ask(Unknown(), 23.9, calledBack: 3);
        Assert.Equal(DeliveryStatus.Unknown, Only(shop).Status);
        Ask(Ask(shop, 24), 24.1);
        Assert.Equal(2, Questions(shop).Count);
    }

    [Fact]
    public void A_question_that_comes_late_is_not_followed_by_more_than_one()
    {
        var shop = Ask(Ask(Unknown(), 60), 72);
        Assert.Equal([24, 72], Questions(shop).Select(due => (due - Claimed).TotalHours));
        Assert.Equal("unresolved: timeout", Only(shop).Reason);
    }

    [Theory]
    [InlineData("Email Opened")]
    [InlineData("Email Link Clicked")]
    [InlineData("Email Opened by Machine")]
    [InlineData("Unsubscribed")]
    [InlineData("Email Sent")]
    public void Whoever_has_the_message_proves_that_it_was_sent_whatever_was_said_before(string name)
    {
        foreach (var asked in new Func<Shop, Shop>[] { shop => shop, shop => Ask(shop, 24, calledBack: 3), shop => Ask(Ask(shop, 24), 72) })
        {
            var shop = Happen(asked(Unknown()), Claimed.AddDays(4), name);
            Assert.Equal(DeliveryStatus.Sent, Only(shop).Status);
            Assert.Equal((1, 0, 0, 0, 0), (Report(shop).Sent, Report(shop).Failed, Report(shop).NotAccepted, Report(shop).Unknown, Report(shop).Unresolved));
            Assert.Equal(DeliveryStatus.Sent, Only(Ask(shop, 100, calledBack: 90)).Status);
        }
    }

    [Fact]
    public void Nobody_outside_can_say_that_it_was_sent() =>
        Assert.Equal(DeliveryStatus.Unknown, Only(Happen(Unknown(), Claimed.AddHours(1), "Email Link Clicked", ours: false)).Status);

    [Fact]
    public void An_open_that_overtakes_the_answer_counts_and_the_answer_changes_nothing()
    {
        var shop = new Shop().With("j", new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Send("s", "hello"), new Step.Exit("end", "done")]))
            .Identify(Monday, """{"email":"ada@shop.example"}""").Track("Signed Up", Monday);
        shop.Decide(new Input.Admit(Only(shop).Id, "t", shop.Customer.Email, Suppressed: false), Claimed);
        Happen(shop, Claimed.AddSeconds(5), "Email Opened");
        Assert.Equal((DeliveryStatus.Sent, "done"), (Only(shop).Status, Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason));
        Assert.Equal(DeliveryStatus.Sent, Only(shop.Decide(new Input.Settle(Only(shop).Id, "t", new Outcome.Unknown("timeout")), Claimed.AddMinutes(1))).Status);
    }

    [Fact]
    public void A_frequency_cap_counts_what_the_report_counts()
    {
        var cap = new FrequencyCap(1, TimeSpan.FromDays(7));
        var unknown = Unknown(cap).Track("Signed Up", Claimed.AddDays(2)).Deliver(Claimed.AddDays(2));
        Assert.Equal((1, 1), (Report(unknown).Unknown, Report(unknown).Skipped));                          // it may have arrived
        var failed = Ask(Unknown(cap), 24, calledBack: 3).Track("Signed Up", Claimed.AddDays(2)).Deliver(Claimed.AddDays(2));
        Assert.Equal((1, 1, 0), (Report(failed).NotAccepted, Report(failed).Sent, Report(failed).Skipped)); // it has not
        var corrected = Happen(Ask(Unknown(cap), 24, calledBack: 3), Claimed.AddHours(30), "Email Delivered").Track("Signed Up", Claimed.AddDays(2)).Deliver(Claimed.AddDays(2));
        Assert.Equal((0, 1, 1), (Report(corrected).NotAccepted, Report(corrected).Sent, Report(corrected).Skipped)); // it has after all
    }

    // What is said of one delivery, by whoever and whenever: a callback or an open proves that it was sent; else questions decide.
    [Fact]
    public void Whatever_the_order_of_callbacks_opens_and_questions_what_was_proven_sent_is_sent_and_the_report_agrees() =>
        Gen.Select(Gen.OneOf("Email Sent", "Email Delivered", "Email Bounced", "Email Opened", "ask", "ask", "ask"), Gen.Int[0, 100], Gen.Int[0, 80]).Array[0, 8].Sample(told =>
        {
            var shop = Unknown();
            foreach (var (what, hours, calledBack) in told.OrderBy(each => each.Item2))
            {
                var before = Only(shop);
                shop = what == "ask" ? Ask(shop, hours, Math.Min(calledBack, hours)) : Happen(shop, Claimed.AddHours(hours), what);
                Assert.True(Only(shop).Status >= before.Status);
            }
            Assert.Null(shop.Outgoing);
            Assert.Single(shop.Facts.OfType<Fact.Exited>());
            var (proven, report, status) = (told.Any(each => each.Item1 != "ask"), Report(shop), Only(shop).Status);
            Assert.Equal(proven, status >= DeliveryStatus.Sent);
            Assert.Equal((proven ? 1 : 0, status == DeliveryStatus.Failed ? 1 : 0, status == DeliveryStatus.Unknown ? 1 : 0), (report.Sent, report.NotAccepted, report.Unknown));
            Assert.Equal(status == DeliveryStatus.Unknown && Only(shop).Reason == "unresolved: timeout", report.Unresolved == 1);
            if (status == DeliveryStatus.Failed) Assert.Contains(told, each => each is ("ask", >= 24, >= 1));
            if (status == DeliveryStatus.Unknown && report.Unresolved == 0) Assert.NotNull(Only(shop).Until);
        }, iter: 1000);
}
