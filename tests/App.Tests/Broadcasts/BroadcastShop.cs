using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Broadcasts;

/// <summary>A shop with a segment, a broadcast to it, and a clock to set.</summary>
internal sealed class BroadcastShop : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), At = Start.AddHours(1);

    private readonly ScratchFolder scratch = new();

    public BroadcastShop(string at = "2026-03-02T10:00:00Z", string more = "", string policy = "")
    {
        Write("policy.json", $$"""{ "topics": { "offers": { "name": { "en": "Offers" }, "consent": "optOut" } }, "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } }{{policy}} }""");
        Write("segments/visitors.json", """{ "name": { "en": "Visitors" }, "when": { "event": "Visit" } }""");
        Write("messages/offer/message.json", """{ "name": { "en": "Offer" }, "topic": "offers", "subject": { "en": "An offer" } }""");
        Write("messages/offer/en.html", "<p>An offer. <a href=\"{{ unsubscribe_url }}\">No more</a></p>");
        WriteBroadcast(at, more);
    }

    public VirtualClock Clock { get; } = new(Start);

    public Sent Channel { get; } = new();

    public string Data => Path.Combine(scratch.Path, "data");

    public string Config => Path.Combine(scratch.Path, "config");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    public void WriteBroadcast(string at, string more = "") => Write("broadcasts/sale.json", $$"""{ "name": { "en": "Sale" }, "segment": "visitors", "message": "offer", "at": "{{at}}"{{more}} }""");

    public void RemoveBroadcast() => File.Delete(Path.Combine(Config, "broadcasts", "sale.json"));

    /// <summary>A server starts: it publishes the config and plans what it says.</summary>
    public async Task<Node> OpenAsync()
    {
        var node = await Node.OpenAsync(new(Data, new("http://localhost"), Durable: false, Seed: 1), (deployment, version) => ConfigFiles.Load(Config, version, deployment), Channel, Clock, NullLoggerFactory.Instance, Ct);
        await ((SqliteBus)node.Bus).ReleaseLocksOfOthersAsync(Ct);
        await node.Broadcasts.PlanAsync(Ct);
        return node;
    }

    /// <summary>Customers with an address come into the segment.</summary>
    public static async Task VisitAsync(Node node, int from, int count)
    {
        await node.AcceptAsync([.. Enumerable.Range(from, count).SelectMany(i => new CustomerEvent[]
        {
            new CustomerEvent.Identified { MessageId = $"i{i}", UserId = $"u{i}", At = node.Clock.GetUtcNow(), ReceivedAt = node.Clock.GetUtcNow(), Traits = JsonElement.Parse($$"""{"email":"u{{i}}@shop.example"}""") },
            new CustomerEvent.Tracked { MessageId = $"v{i}", UserId = $"u{i}", Event = "Visit", At = node.Clock.GetUtcNow(), ReceivedAt = node.Clock.GetUtcNow() },
        })], Ct);
        await node.Pump.DrainAsync(Ct);
    }

    /// <summary>Lets time pass, and everything that falls due in it happen.</summary>
    public async Task PassAsync(Node node, DateTimeOffset until)
    {
        await new Replay(node, Clock).RunAsync([], until, null, Ct);
        Clock.Set(until);
    }

    public async Task<BroadcastDetails> ShowAsync(Node node) => (await new BroadcastQueries(node.Store, node.Catalog, Clock).ShowAsync("sale", Ct))!;

    private void Write(string name, string text)
    {
        var path = Path.Combine(Config, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Keeps books on who got what, in which order.</summary>
    internal sealed class Sent : IChannel
    {
        private readonly List<OutgoingMessage> messages = [];

        public bool IsIdempotent => false;

        /// <summary>What becomes of a message.</summary>
        public Func<OutgoingMessage, Outcome> Answer { get; set; } = _ => new Outcome.Sent(null);

        public IReadOnlyList<OutgoingMessage> Messages
        {
            get { lock (messages) return [.. messages]; }
        }

        public Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
        {
            lock (messages)
            {
                var outcome = Answer(message);
                if (outcome is Outcome.Sent) messages.Add(message);
                return Task.FromResult(outcome);
            }
        }
    }
}
