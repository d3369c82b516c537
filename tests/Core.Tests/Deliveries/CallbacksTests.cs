using MarketingAutomation.Collect;
using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Deliveries;

public class CallbacksTests
{
    private static readonly Outcome Took = new Outcome.Sent("x1");

    private static Shop Sent(Outcome? outcome = null) => new Shop()
        .With("j", new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Send("s", "hello"), new Step.Exit("end", "done")]))
        .Identify(Monday, """{"email":"ada@shop.example"}""").Track("Signed Up", Monday).Deliver(Monday.AddSeconds(1), outcome ?? Took);

    private static Delivery Only(Shop shop) => shop.Customer.Deliveries.Values.Single();

    private static Shop Tell(Shop shop, CallbackKind kind, bool hard = false, string? address = "ada@shop.example", string? id = null)
    {
        var callback = new Callback(kind, id ?? $"{kind}", Monday.AddMinutes(1)) { Hard = hard, Address = address, Reason = "5.1.1", ProviderId = "x1" };
        foreach (var e in Callbacks.Events(shop.Catalog.Policy, shop.Customer.Key, Only(shop), callback, Monday.AddMinutes(2))) shop.Decide(new Input.Happened(e), Monday.AddMinutes(2));
        return shop;
    }

    [Theory]
    [InlineData(CallbackKind.Sent, DeliveryStatus.Sent)]
    [InlineData(CallbackKind.Deferred, DeliveryStatus.Sent)]
    [InlineData(CallbackKind.Delivered, DeliveryStatus.Delivered)]
    [InlineData(CallbackKind.Bounced, DeliveryStatus.Bounced)]
    [InlineData(CallbackKind.Dropped, DeliveryStatus.Bounced)]
    [InlineData(CallbackKind.Complained, DeliveryStatus.Complained)]
    [InlineData(CallbackKind.Opened, DeliveryStatus.Sent)]
    public void A_report_brings_its_delivery_as_far_as_it_says(CallbackKind kind, DeliveryStatus status) => Assert.Equal(status, Only(Tell(Sent(), kind)).Status);

    [Theory]
    [InlineData(CallbackKind.Sent)]
    [InlineData(CallbackKind.Delivered)]
    [InlineData(CallbackKind.Bounced)]
    public void A_message_of_which_nobody_knew_is_settled_and_its_run_goes_on_once(CallbackKind kind)
    {
        var shop = Tell(Sent(new Outcome.Unknown("timeout")), kind);
        Assert.True(Only(shop) is { Status: >= DeliveryStatus.Sent, ProviderId: "x1" });
        Assert.Single(shop.Facts.OfType<Fact.Exited>());
    }

    [Fact]
    public void A_message_that_was_to_be_tried_again_is_not_when_it_turns_out_to_have_gone()
    {
        var shop = Tell(Sent(new Outcome.Retry("503")), CallbackKind.Sent);
        Assert.Equal((DeliveryStatus.Sent, null), (Only(shop).Status, Only(shop).Until));
        Assert.Null(shop.Decide(new Input.Admit(Only(shop).Id, "again", shop.Customer.Email, Suppressed: false), Monday.AddHours(2)).Outgoing);
        Assert.Equal("done", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
    }

    [Fact]
    public void A_report_that_comes_before_the_answer_counts_and_the_answer_changes_nothing()
    {
        var shop = Sent(new Outcome.Retry("503"));
        shop.Decide(new Input.Admit(Only(shop).Id, "t2", shop.Customer.Email, Suppressed: false), Monday.AddHours(1));
        Assert.Equal(DeliveryStatus.Sending, Only(shop).Status);
        Assert.Equal(DeliveryStatus.Delivered, Only(Tell(shop, CallbackKind.Delivered)).Status);
        Assert.Equal(DeliveryStatus.Delivered, Only(shop.Decide(new Input.Settle(Only(shop).Id, "t2", new Outcome.Failed("500")), Monday.AddHours(2))).Status);
    }

    [Theory]
    [InlineData(CallbackKind.Bounced, true, true)]
    [InlineData(CallbackKind.Bounced, false, false)]
    [InlineData(CallbackKind.Dropped, true, true)]
    [InlineData(CallbackKind.Complained, false, true)]
    [InlineData(CallbackKind.Delivered, false, false)]
    public void An_address_that_is_no_good_or_complains_gets_nothing_more(CallbackKind kind, bool hard, bool suppressed) =>
        Assert.Equal(suppressed ? ["gone@shop.example"] : [], Tell(Sent(), kind, hard, "gone@shop.example").Effects.OfType<Effect.Suppress>().Select(suppress => suppress.Address));

    [Fact]
    public void Where_the_report_names_no_address_it_is_the_customers() =>
        Assert.Equal("ada@shop.example", Assert.Single(Tell(Sent(), CallbackKind.Complained, address: null).Effects.OfType<Effect.Suppress>()).Address);

    [Fact]
    public void Who_refuses_everything_refuses_every_topic_that_may_be_refused()
    {
        var shop = Tell(Sent(), CallbackKind.UnsubscribedFromAll);
        Assert.Equal([("news", false), ("offers", false)], shop.Customer.Consents.Select(consent => (consent.Key, consent.Value.Given)));
        Assert.Single(shop.Facts.OfType<Fact.Unsubscribed>().Select(fact => fact.Id).Distinct());
    }

    [Fact]
    public void What_a_provider_does_is_no_sign_of_life()
    {
        var seen = Sent().Customer.LastSeen;
        Assert.Equal(seen, Tell(Tell(Sent(), CallbackKind.Delivered), CallbackKind.Bounced).Customer.LastSeen);
        Assert.NotEqual(seen, Tell(Sent(), CallbackKind.Unsubscribed).Customer.LastSeen);
    }

    [Theory]
    [InlineData("Email Bounced")]
    [InlineData("Email Marked as Spam")]
    [InlineData("Email Delivered")]
    public void Nobody_outside_can_speak_for_the_provider(string name)
    {
        var shop = Sent();
        shop.Track(name, Monday.AddMinutes(1), $$"""{"delivery":"{{Only(shop).Id}}","type":"hard","email":"victim@shop.example"}""");
        Assert.Equal(DeliveryStatus.Sent, Only(shop).Status);
        Assert.Empty(shop.Effects.OfType<Effect.Suppress>());
    }

    [Fact]
    public void Whatever_the_order_the_reports_come_to_the_same_status_and_the_same_report()
    {
        CallbackKind[] all = [CallbackKind.Sent, CallbackKind.Deferred, CallbackKind.Delivered, CallbackKind.Bounced, CallbackKind.Dropped, CallbackKind.Complained, CallbackKind.Opened, CallbackKind.Clicked, CallbackKind.Unsubscribed];
        Gen.Select(Gen.Int[0, all.Length - 1].Array[1, 12], Gen.Bool).Sample((told, unknown) =>
        {
            var (one, other) = (Come(told), Come([.. told.Reverse()]));
            Assert.Equal(Only(one).Status, Only(other).Status);
            Assert.Equal(Told(one), Told(other));

            Shop Come(int[] order) => order.Aggregate(Sent(unknown ? new Outcome.Unknown("timeout") : Took), (shop, kind) => Tell(shop, all[kind]));
            static string Told(Shop shop) => ReportJson.Of(Report.Of(shop.Facts, new(Monday.AddDays(1))));
        }, iter: 300);
    }
}
