using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Deliveries;

public class AdmissionTests
{
    private static readonly FrequencyCap OneADay = new(1, TimeSpan.FromDays(1)), TwoADayHeld = new(2, TimeSpan.FromDays(1), Then: WhenNotNow.Hold);

    // Every "Ask" of a kind asks for that message, in a run of its own.
    private static Shop Ada(Func<Policy, Policy> policy, string traits = """{"email":"ada@shop.example"}""") =>
        new[] { "hello", "offer", "receipt" }.Aggregate(new Shop(), (shop, message) => shop.With(message, new Journey(Name(message), new Entry.Event($"Ask {message}", Reentry: "always"), [new Step.Send("s", message)])))
            .With(policy).Identify(Monday.AddDays(-1), traits);

    private static Policy Capped(Policy policy, params FrequencyCap[] caps) => policy with { FrequencyCaps = caps };

    private static IEnumerable<string?> Reasons(Shop shop) => shop.Facts.OfType<Fact.Settled>().Select(fact => fact.Reason ?? fact.Status);

    [Fact]
    public void A_message_beyond_the_cap_is_skipped_with_its_reason()
    {
        var shop = Ada(policy => Capped(policy, OneADay)).Track("Ask hello", Monday).Deliver(Monday).Track("Ask offer", Monday.AddHours(1)).Deliver(Monday.AddHours(1));
        Assert.Equal(["sent", "frequency-cap"], Reasons(shop));
    }

    [Fact]
    public void The_window_rolls()
    {
        var shop = Ada(policy => Capped(policy, OneADay)).Track("Ask hello", Monday).Deliver(Monday).Track("Ask offer", Monday.AddDays(1)).Deliver(Monday.AddDays(1));
        Assert.Equal(["sent", "sent"], Reasons(shop));
    }

    [Fact]
    public void A_held_message_goes_as_soon_as_there_is_room()
    {
        var shop = Ada(policy => Capped(policy, TwoADayHeld));
        foreach (var hour in new[] { 0, 1, 2 }) shop.Track("Ask hello", Monday.AddHours(hour)).Deliver(Monday.AddHours(hour));
        var held = Assert.Single(shop.Customer.Deliveries.Values, delivery => delivery.Status == DeliveryStatus.Held);
        Assert.Equal((Monday.AddDays(1), "frequency-cap"), (held.Until, held.Reason));
        Assert.Equal(held.Until, shop.Effects.OfType<Effect.Deliver>().Last().Due);
        Assert.Equal(["sent", "sent", "sent"], Reasons(shop.Deliver(held.Until!.Value)));
    }

    [Fact]
    public void What_needs_no_consent_goes_at_any_hour_and_is_not_counted()
    {
        var shop = Ada(policy => Capped(policy, OneADay) with { QuietHours = new(new(0, 0), new(23, 59)), GlobalControl = 20 }, """{"email":"ada@shop.example"}""");
        foreach (var hour in new[] { 0, 1, 2 }) shop.Track("Ask receipt", Monday.AddHours(hour)).Deliver(Monday.AddHours(hour));
        Assert.Equal(["sent", "sent", "sent"], Reasons(shop));
    }

    [Fact]
    public void A_cap_of_one_topic_leaves_others_alone()
    {
        var shop = Ada(policy => Capped(policy, OneADay with { Topic = "news" }));
        foreach (var hour in new[] { 0, 1 }) shop.Track("Ask hello", Monday.AddHours(hour)).Deliver(Monday.AddHours(hour));
        Assert.Equal(["sent", "sent"], Reasons(shop));
    }

    [Fact]
    public void An_unknown_delivery_keeps_its_place_and_a_failed_one_gives_it_back()
    {
        var unknown = Ada(policy => Capped(policy, OneADay)).Track("Ask hello", Monday).Deliver(Monday, new Outcome.Unknown("timeout")).Track("Ask offer", Monday.AddHours(1)).Deliver(Monday.AddHours(1));
        Assert.Equal(["timeout", "frequency-cap"], Reasons(unknown));
        var failed = Ada(policy => Capped(policy, OneADay)).Track("Ask hello", Monday).Deliver(Monday, new Outcome.Failed("552")).Track("Ask offer", Monday.AddHours(1)).Deliver(Monday.AddHours(1));
        Assert.Equal(["552", "sent"], Reasons(failed));
    }

    [Fact]
    public void A_message_of_the_night_is_held_until_the_customers_morning_or_skipped_as_the_policy_says()
    {
        QuietHours night = new(new(21, 0), new(8, 0));
        var held = Ada(policy => policy with { QuietHours = night, TimeZone = "America/New_York" }).Track("Ask hello", Monday).Deliver(Monday); // 04:00 there
        Assert.Equal((DeliveryStatus.Held, Monday.AddHours(4)), (held.Customer.Deliveries.Values.Single().Status, held.Customer.Deliveries.Values.Single().Until!.Value));
        Assert.Equal(["sent"], Reasons(held.Deliver(Monday.AddHours(4))));
        Assert.Equal(["quiet-hours"], Reasons(Ada(policy => policy with { QuietHours = night with { Then = WhenNotNow.Skip }, TimeZone = "America/New_York" }).Track("Ask hello", Monday).Deliver(Monday)));
    }

    [Fact]
    public void A_message_that_could_not_go_in_time_is_stale()
    {
        var shop = Ada(policy => policy with { StaleAfter = TimeSpan.FromHours(2) }).Track("Ask hello", Monday).Deliver(Monday.AddHours(2).AddTicks(1));
        Assert.Equal(["stale"], Reasons(shop));
    }

    [Fact]
    public void The_global_control_group_is_sticky_as_large_as_configured_and_gets_only_what_needs_no_consent()
    {
        var shop = Ada(policy => policy with { GlobalControl = 10 });
        var control = Enumerable.Range(0, 4000).Select(i => CustomerKey.OfUser(Shop.Deployment.Pepper, $"u{i}")).Where(shop.Catalog.Policy.IsControl).ToList();
        Assert.InRange(control.Count, 340, 460); // 400 expected, three standard deviations are 57
        shop.As(new(control[0])).Identify(Monday.AddDays(-1), """{"email":"ada@shop.example"}""").Track("Ask hello", Monday).Track("Ask receipt", Monday).Deliver(Monday);
        Assert.Equal([Arm.Holdout, Arm.Treated], shop.Facts.OfType<Fact.Entered>().Select(fact => fact.Arm));
        Assert.Equal(["holdout", "sent"], Reasons(shop));
    }

    private enum Doing { Ask, Admit, Settle }

    /// <summary>Asks, admissions and settlements in any order, many at once, by several workers: what went out, or may have, never exceeds a cap in any window.</summary>
    [Fact]
    public void No_cap_is_ever_exceeded() => Gen.Select(
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 48], Gen.Bool, Gen.Bool).Array[1, 3],
        Gen.Select(Gen.Enum<Doing>(), Gen.Int[0, 11], Gen.Int[0, 240], Gen.Int[0, 3]).Array[1, 60]).Sample((caps, doings) =>
    {
        FrequencyCap[] policy = [.. caps.Select(cap => new FrequencyCap(cap.Item1, TimeSpan.FromHours(cap.Item2), cap.Item3 ? "offers" : null, cap.Item4 ? WhenNotNow.Hold : WhenNotNow.Skip))];
        var (shop, now, outcomes) = (Ada(known => Capped(known, policy)), Monday, new Dictionary<string, (DateTimeOffset ClaimedAt, bool Failed)>());
        foreach (var (doing, which, minutes, outcome) in doings)
        {
            now = now.AddMinutes(minutes);
            var open = shop.Customer.Deliveries.Values.Where(delivery => !delivery.IsSettled).ToList();
            if (doing == Doing.Ask || open.Count == 0) { shop.Track(which % 2 == 0 ? "Ask hello" : "Ask offer", now); continue; }
            var delivery = open[which % open.Count];
            if (doing == Doing.Admit) shop.Decide(new Input.Admit(delivery.Id, $"t{now.Ticks}", shop.Customer.Email, false), now);
            else if (delivery.Token is { } token) shop.Decide(new Input.Settle(delivery.Id, token, outcome switch { 0 => new Outcome.Sent("1"), 1 => new Outcome.Unknown("lost"), 2 => new Outcome.Retry("451"), _ => new Outcome.Failed("550") }), now);
            foreach (var claimed in shop.Customer.Deliveries.Values.Where(one => one.ClaimedAt is not null))
                outcomes[claimed.Id] = (claimed.ClaimedAt!.Value, claimed.Status is DeliveryStatus.Failed or DeliveryStatus.Retry or DeliveryStatus.Skipped or DeliveryStatus.Held);
        }
        var got = outcomes.Values.Where(one => !one.Failed).Select(one => one.ClaimedAt).Order().ToList();
        foreach (var cap in policy)
            foreach (var end in got)
                Assert.InRange(got.Count(at => at > end - cap.Within && at <= end), 0, (int)cap.Most);
    }, iter: 3_000);
}
