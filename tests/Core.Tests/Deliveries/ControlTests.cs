using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Deliveries;

public class ControlTests
{
    private static Shop Asked(string message = "hello") => new Shop()
        .With("j", new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Send("s", message), new Step.Exit("end", "done")]))
        .Identify(Monday, """{"email":"ada@shop.example"}""").Track("Signed Up", Monday);

    private static Delivery Only(Shop shop) => shop.Customer.Deliveries.Values.Single();

    private static Shop Admit(Shop shop, Stop stop, DateTimeOffset at, string token = "t", bool again = false) =>
        shop.Decide(new Input.Admit(Only(shop).Id, token, shop.Customer.Email, Suppressed: false, again, stop), at);

    [Theory, InlineData("hello"), InlineData("receipt")]
    public void What_is_paused_waits_unclaimed_whatever_its_topic_and_its_run_stays_where_it_is(string message)
    {
        var shop = Admit(Asked(message), Stop.Paused, Monday);
        Assert.Null(shop.Outgoing);
        Assert.Equal((DeliveryStatus.Held, "paused", null, 0), (Only(shop).Status, Only(shop).Reason, Only(shop).Until, Only(shop).Attempt));
        Assert.Equal(new Effect.AwaitResume(Only(shop).Id, "j"), Assert.Single(shop.Effects.OfType<Effect.AwaitResume>()));
        Assert.Empty(shop.Facts.OfType<Fact.Settled>());
        Assert.True(Assert.Single(shop.Customer.Runs.Values).IsActive);
    }

    [Fact]
    public void Once_it_is_let_go_it_goes_once()
    {
        var shop = Admit(Admit(Asked(), Stop.Paused, Monday), Stop.None, Monday.AddHours(1));
        Assert.Equal((DeliveryStatus.Sending, 1), (Only(shop).Status, Only(shop).Attempt));
        Assert.NotNull(shop.Outgoing);
        Assert.Null(Admit(shop, Stop.None, Monday.AddHours(1), token: "other").Outgoing);
    }

    [Fact]
    public void What_grew_stale_in_a_pause_is_skipped() =>
        Assert.Equal("stale", Only(Admit(Admit(Asked(), Stop.Paused, Monday), Stop.None, Monday.AddDays(4))).Reason);

    [Fact]
    public void What_is_killed_is_skipped_for_good_and_its_run_goes_on()
    {
        var shop = Admit(Asked(), Stop.Killed, Monday);
        Assert.Equal(("skipped", "killed"), Assert.Single(shop.Facts.OfType<Fact.Settled>()) is var fact ? (fact.Status, fact.Reason) : default);
        Assert.Equal("done", Assert.Single(shop.Facts.OfType<Fact.Exited>()).Reason);
        Assert.Null(Admit(shop, Stop.None, Monday.AddHours(1)).Outgoing);
    }

    [Fact]
    public void What_waits_in_a_pause_is_skipped_by_a_kill() => Assert.Equal("killed", Only(Admit(Admit(Asked(), Stop.Paused, Monday), Stop.Killed, Monday.AddHours(1))).Reason);

    [Theory, InlineData(Stop.Paused), InlineData(Stop.Killed)]
    public void An_interrupted_attempt_that_meets_a_stop_is_unknown_and_never_made_again(Stop stop)
    {
        var shop = Admit(Admit(Asked(), Stop.None, Monday), stop, Monday.AddMinutes(3), token: "other", again: true);
        Assert.Equal(DeliveryStatus.Unknown, Only(shop).Status);
        Assert.Null(Admit(shop, Stop.None, Monday.AddHours(1), token: "third", again: true).Outgoing);
    }

    [Fact]
    public void Of_stops_that_stand_at_once_the_strictest_counts_and_others_journeys_and_channels_are_left_alone()
    {
        static Control Say(ControlScope scope, Stop stop) => new(scope, stop, Monday, "command", null);
        ControlSet set = new([Say(ControlScope.OfChannel("smtp"), Stop.Paused), Say(ControlScope.OfJourney("a"), Stop.Killed), Say(ControlScope.OfJourney("b"), Stop.None)]);
        Assert.Equal((Stop.Killed, Stop.Paused, Stop.None), (set.On("a", "smtp"), set.On("b", "smtp"), set.On("b", "file")));
        Assert.Equal(Stop.Killed, set.On("a", "file"));
        Assert.Equal(Stop.Paused, new ControlSet([Say(ControlScope.All, Stop.Paused)]).On("z", ""));
        Assert.Equal(Stop.None, new ControlSet([Say(ControlScope.OfChannel(""), Stop.None)]).On("z", ""));
    }
}
