using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Simulation;

public sealed class RecipientsTests(PlayedShop played) : IClassFixture<PlayedShop>
{
    private readonly ILookup<string, Fact> factsByRun = played.Facts.ToLookup(fact => fact.Run, StringComparer.Ordinal);

    private TrackingTokens Tokens => Links.Of(played.Node.Catalog.Deployment).Tokens;

    [Fact]
    public async Task Every_link_of_every_message_verifies_and_names_its_delivery_and_who_is_not_to_be_tracked_has_none_that_tells()
    {
        Assert.InRange(played.Messages.Count, 100, 1000);
        Dictionary<bool, int> messages = new() { [true] = 0, [false] = 0 };
        foreach (var (message, _) in played.Messages)
        {
            var links = MessageLinks.Of(message, Tokens);
            var tracked = Consents.May(played.Node.Catalog.Policy, await CustomerAsync(message.To), Consents.Tracking); // said with signing up, and never again
            messages[tracked]++;
            Assert.Equal((tracked, tracked), (links.Open is not null, links.Clicks.Count > 0));
            Assert.All([links.Unsubscribe!, .. links.Clicks, .. tracked ? [links.Open!] : Array.Empty<TrackingToken>()], token => Assert.Equal(message.Delivery, token.Delivery));
        }
        Assert.All(messages.Values, count => Assert.NotEqual(0, count));
    }

    [Fact]
    public void A_link_that_was_tampered_with_does_not_verify()
    {
        var message = played.Messages.First(sent => sent.Message.Html.Contains("/t/c/v1.", StringComparison.Ordinal)).Message;
        var html = message.Html.Replace("/t/c/v1.", "/t/c/v2.", StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => MessageLinks.Of(message with { Html = html }, Tokens));
    }

    [Fact]
    public void The_report_counts_each_message_once_that_went_out()
    {
        Assert.Equal(played.Messages.Count, played.Messages.DistinctBy(sent => sent.Message.Delivery).Count());
        Assert.Equal(played.Messages.Count, played.Report.Journeys.Sum(journey => journey.Steps.Sum(step => step.Sent)));
        Assert.Equal(played.Messages.Count, played.Facts.OfType<Fact.Settled>().Count(settled => settled.Status == "sent"));
    }

    [Fact]
    public void Held_out_runs_get_no_message()
    {
        var heldOut = played.Facts.OfType<Fact.Entered>().Where(entered => entered.Arm == Arm.Holdout).ToList();
        Assert.NotEmpty(heldOut);
        var sent = played.Messages.Select(message => message.Message.Delivery).ToHashSet(StringComparer.Ordinal);
        Assert.All(heldOut.SelectMany(entered => factsByRun[entered.Run]).OfType<Fact.Settled>(), settled =>
        {
            Assert.Equal(("skipped", "holdout"), (settled.Status, settled.Reason));
            Assert.DoesNotContain(settled.Delivery, sent);
        });
    }

    [Fact]
    public async Task Who_refused_a_topic_gets_nothing_of_it_later()
    {
        var refusals = 0;
        foreach (var sent in played.Messages.GroupBy(sent => sent.Message.To))
        {
            var consents = (await CustomerAsync(sent.Key)).Consents;
            foreach (var (message, at) in sent)
            {
                var topic = MessageLinks.Of(message, Tokens).Unsubscribe!.Topic;
                if (!consents.TryGetValue(topic, out var word) || word.Given) continue;
                refusals++;
                Assert.True(at < word.At, $"{topic} went out after it was refused");
            }
        }
        Assert.NotEqual(0, refusals);
    }

    [Fact]
    public void Programs_are_told_from_people()
    {
        var mailboxes = played.Messages.ToDictionary(sent => sent.Message.Delivery, sent => played.Shop.At(sent.Message.To).Shopper.Mailbox.Robot, StringComparer.Ordinal);
        var hits = played.Facts.OfType<Fact.Hit>().ToLookup(hit => (hit.Kind, hit.By));
        Assert.All(hits[(HitKind.Click, HitBy.Machine)], hit => Assert.Equal(Robot.Scanner, mailboxes[hit.Delivery]));
        Assert.All(hits[(HitKind.Open, HitBy.Machine)], hit => Assert.Equal(Robot.PrivacyProxy, mailboxes[hit.Delivery]));
        Assert.All(hits[(HitKind.Open, HitBy.Human)], hit => Assert.NotEqual(Robot.PrivacyProxy, mailboxes[hit.Delivery]));
        Assert.All([hits[(HitKind.Click, HitBy.Machine)], hits[(HitKind.Open, HitBy.Machine)], hits[(HitKind.Open, HitBy.LikelyMachine)], hits[(HitKind.Open, HitBy.Human)], hits[(HitKind.Click, HitBy.Human)]], Assert.NotEmpty);
    }

    [Fact]
    public async Task Who_signed_up_takes_along_what_was_done_before()
    {
        var pepper = played.Node.Catalog.Deployment.Pepper;
        foreach (var identified in played.Shop.Events.OfType<CustomerEvent.Identified>())
        {
            var anonymous = (await played.Node.Customers.LoadAsync(CustomerKey.OfAnonymous(pepper, identified.AnonymousId!), TestContext.Current.CancellationToken)).Customer;
            Assert.Equal(CustomerKey.OfUser(pepper, identified.UserId!), anonymous.MergedInto);
        }
    }

    [Fact]
    public void Some_buy_because_of_a_message() =>
        Assert.NotEmpty(
            from converted in played.Facts.OfType<Fact.Converted>()
            where factsByRun[converted.Run].OfType<Fact.Hit>().Any(hit => hit is { Kind: HitKind.Click, By: HitBy.Human } && hit.At < converted.At)
            select converted);

    [Fact]
    public async Task Nothing_is_left_that_could_not_be_decided()
    {
        var ct = TestContext.Current.CancellationToken;
        Assert.Empty(await played.Node.Store.ScanAsync(Tables.Quarantine, "", "~", ct).ToListAsync(ct));
        foreach (var queue in new[] { Queue.Events, Queue.Wakes, Queue.Deliveries })
        {
            var count = await ((SqliteBus)played.Node.Bus).CountAsync(queue, ct);
            Assert.Equal((0, 0, 0), (count.Waiting, count.Locked, count.Dead));
        }
    }

    private async Task<Customer> CustomerAsync(string address)
    {
        var key = CustomerKey.OfUser(played.Node.Catalog.Deployment.Pepper, played.Shop.At(address).Shopper.UserId);
        return (await played.Node.Customers.LoadAsync(key, TestContext.Current.CancellationToken)).Customer;
    }
}
