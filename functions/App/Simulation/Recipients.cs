using MarketingAutomation.Collect;
using MarketingAutomation.Endpoints;
using MarketingAutomation.Messages;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Simulation;

/// <summary>What people and programs do with the messages they get: they come back through the same tokens and the same handler as over HTTP.</summary>
/// <remarks>Each message has draws of its own, named after its delivery, so that nobody's doings depend on the order in which messages go out.</remarks>
internal sealed class Recipients(int seed, Shop shop, Node node, Replay replay)
{
    // Of a message that comes, that is read, that is clicked; of a message that is read. Higher than a real shop's, so that a small one shows something.
    private const double Reads = 0.45, Clicks = 0.30, Buys = 0.45, Refuses = 0.015;

    private static readonly TimeSpan RemembersCart = TimeSpan.FromDays(7);

    private readonly int seed = seed;
    private readonly Shop shop = shop;
    private readonly Node node = node;
    private readonly Replay replay = replay;
    private readonly TrackingHandler tracking = new(node);

    /// <summary>A message is in the mailbox. May be told by several threads at once.</summary>
    public void Receive(OutgoingMessage message) => replay.Schedule(node.Clock.GetUtcNow(), $"{message.Delivery} comes", _ =>
    {
        new Reading(this, message).Plan();
        return Task.CompletedTask;
    });

    /// <summary>What becomes of one message.</summary>
    private sealed class Reading(Recipients recipients, OutgoingMessage message)
    {
        private readonly MessageLinks links = MessageLinks.Of(message, recipients.tracking.Tokens);
        private readonly Visitor reader = recipients.shop.At(message.To);
        private readonly DateTimeOffset came = recipients.node.Clock.GetUtcNow();
        private readonly Draw draw = new("recipient", recipients.seed.ToString(), message.Delivery);
        private int planned;

        private Shopper Shopper => reader.Shopper;

        public void Plan()
        {
            switch (Shopper.Mailbox.Robot)
            {
                case Robot.Scanner: Scan(); break;
                case Robot.PrivacyProxy: Open(came + draw.MostlyShort(TimeSpan.FromMinutes(2), TimeSpan.FromHours(8)), "Mozilla/5.0"); break;
            }
            if (!draw.Chance(Reads * Shopper.Keenness)) return;
            var read = Awake(came + draw.MostlyShort(TimeSpan.FromMinutes(2), TimeSpan.FromHours(30)));
            if (Shopper.Mailbox.Reader is { } agent) Open(read, agent);
            if (draw.Chance(Refuses)) Refuse(read + draw.Span(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)));
            else if (links.Clicks.Count > 0 && draw.Chance(Clicks)) Click(read + draw.Span(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(4)));
        }

        // Within two or three seconds, each link first by HEAD, then by GET.
        private void Scan()
        {
            var at = came;
            foreach (var link in links.Clicks)
                foreach (var method in (string[])["HEAD", "GET"])
                    Hit(at += draw.Span(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)), HitKind.Click, link, method, Mailbox.Browser, link.Destination.Address);
        }

        private void Open(DateTimeOffset at, string agent)
        {
            if (links.Open is { } pixel) Hit(at, HitKind.Open, pixel, "GET", agent, null);
        }

        private void Click(DateTimeOffset at)
        {
            var link = draw.One(links.Clicks);
            Hit(at, HitKind.Click, link, "GET", Mailbox.Browser, link.Destination.Address);
            Accept(at + TimeSpan.FromSeconds(1), (call, id, now) => call.Viewed(id, now, link.Destination.Address));
            if (draw.Chance(Buys)) Buy(Awake(at + draw.MostlyShort(TimeSpan.FromMinutes(8), TimeSpan.FromHours(36))));
        }

        // What was left in the cart, or something else where that is too long ago.
        private void Buy(DateTimeOffset at)
        {
            var cart = reader.Left.LastOrDefault(cart => cart.At <= came && came - cart.At <= RemembersCart);
            IReadOnlyList<Product> products = cart?.Products ?? [draw.One(Product.All)];
            Accept(at, (call, id, now) => call.OrderCompleted(id, now, $"o-{message.Delivery[..10]}", cart?.Id, products));
        }

        private void Refuse(DateTimeOffset at)
        {
            if (links.Unsubscribe is { } token) Do(at, ct => recipients.tracking.RefuseAsync(token, "one-click", ct));
        }

        private void Hit(DateTimeOffset at, HitKind kind, TrackingToken token, string method, string agent, string? url) =>
            Do(at, ct => recipients.tracking.HitAsync(kind, token, method, agent, prefetch: false, url, ct));

        // Whoever gets a message has signed up: before that there is no address.
        private void Accept(DateTimeOffset at, Func<ShopEvents, string, DateTimeOffset, CustomerEvent> make)
        {
            var e = make(new(Shopper, IsKnown: true), $"mail-{message.Delivery}-{planned}", at);
            Do(at, ct => recipients.node.AcceptAsync([e], ct));
        }

        private void Do(DateTimeOffset at, Func<CancellationToken, Task> action) => recipients.replay.Schedule(at, $"{message.Delivery} {planned++:D2}", action);

        private DateTimeOffset Awake(DateTimeOffset at) => DayRhythm.Awake(at, Shopper.Home.Zone, draw);
    }
}
