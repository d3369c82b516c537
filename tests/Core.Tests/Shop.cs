using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;

namespace MarketingAutomation;

/// <summary>A small shop for tests: a catalog to decide with and a customer to decide for.</summary>
internal sealed class Shop
{
    public static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    public static readonly Deployment Deployment = new([.. Enumerable.Repeat((byte)1, 32)], [.. Enumerable.Repeat((byte)2, 32)], new("https://m.shop.example"));

    private readonly SortedDictionary<string, Segment> segments = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Journey> journeys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ComputedTrait> traits = new(StringComparer.Ordinal);
    private Func<Policy, Policy> policy = policy => policy;
    private readonly List<CustomerEvent> history = [];
    private Catalog? catalog;

    public Customer Customer { get; private set; } = new(CustomerKey.OfUser(Deployment.Pepper, "ada"));

    public List<Effect> Effects { get; } = [];

    public OutgoingMessage? Outgoing { get; private set; }

    public IEnumerable<Fact> Facts => Effects.OfType<Effect.Record>().Select(record => record.Fact);

    public long CatalogVersion { get; set; } = 1;

    public Catalog Catalog => catalog is { } known && known.Version == CatalogVersion ? known : catalog = new(
        "test", CatalogVersion,
        policy(new Policy(
            new Dictionary<string, Topic> { ["offers"] = new(Name("Offers"), ConsentRule.OptOut), ["news"] = new(Name("News"), ConsentRule.OptIn), ["orders"] = new(Name("Orders"), ConsentRule.None) },
            new Dictionary<string, Sender> { ["shop"] = new("shop@shop.example", "Shop") })),
        segments.ToImmutableSortedDictionary(StringComparer.Ordinal),
        journeys.ToImmutableSortedDictionary(StringComparer.Ordinal),
        new[] { "hello", "offer", "last-call" }.ToImmutableSortedDictionary(id => id, _ => Message("offers", "Hello", "<p>Hello</p>"), StringComparer.Ordinal)
            .Add("receipt", Message("orders", "Your order", "<p>Your order</p>"))
            .Add("newsletter", Message("news", "News", "<p>News</p>"))
            .Add("personal", Message("offers", "Hi {{ customer.first_name }}", "<p>Hi</p>")),
        Deployment,
        traits.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Lineage);

    /// <summary>Since when the parts of the catalog are as they are; null where all are new with each version.</summary>
    public Lineage? Lineage { get; set; }

    public static IReadOnlyDictionary<string, string> Name(string text) => new Dictionary<string, string> { ["en"] = text };

    public Shop With(string id, Condition when)
    {
        segments[id] = new(Name(id), when);
        catalog = null;
        return this;
    }

    public Shop With(string id, ComputedTrait trait)
    {
        traits[id] = trait;
        catalog = null;
        return this;
    }

    public Shop With(string id, Journey journey)
    {
        journeys[id] = journey;
        catalog = null;
        return this;
    }

    public Shop With(Func<Policy, Policy> change)
    {
        policy = change;
        catalog = null;
        return this;
    }

    /// <param name="past">What has happened to the customer.</param>
    public Shop As(Customer customer, IEnumerable<CustomerEvent>? past = null)
    {
        Customer = customer;
        history.AddRange(past ?? []);
        return this;
    }

    /// <summary>How often a decision asked for the history.</summary>
    public int Histories { get; private set; }

    /// <summary>Decides and takes the answer over, as a commit would; gives the history where it is asked for.</summary>
    public Shop Decide(Input input, DateTimeOffset now)
    {
        var decision = Pipeline.Decide(Catalog, Customer, input, now);
        if (decision is Decision.NeedsHistory)
        {
            Histories++;
            decision = Pipeline.Decide(Catalog, Customer, input with { Past = [.. history] }, now);
        }
        var made = Assert.IsType<Decision.Made>(decision);
        Remember(input, made);
        if (made.Changed) Customer = made.Customer with { Version = Customer.Version + 1 };
        Effects.AddRange(made.Effects);
        Outgoing = made.Outgoing;
        return this;
    }

    private void Remember(Input input, Decision.Made made)
    {
        if (input is Input.Happened happened) history.Add(happened.Event);
        if (input is Input.Absorb absorb) history.AddRange(absorb.Events);
        if (input is Input.Settle settle && made.Customer.Deliveries.GetValueOrDefault(settle.Delivery) is { } delivery && settle.Outcome is Outcome.Sent) history.Add(Tracking.Hits.SentEvent(delivery, made.Customer.LastNow));
    }

    public Shop Track(string name, DateTimeOffset at, string properties = "{}") => Decide(new Input.Happened(Tracked(name, at, properties)), at);

    public Shop Identify(DateTimeOffset at, string traits) => Decide(new Input.Happened(new CustomerEvent.Identified { MessageId = $"identify-{at.UtcTicks}-{traits.Length}", UserId = "ada", At = at, ReceivedAt = at, Traits = Json(traits) }), at);

    public Shop Wake(DateTimeOffset at) => Decide(new Input.Woke(at), at);

    /// <summary>Lets the outstanding wake ring, and the next, until none is due by <paramref name="until"/>.</summary>
    public Shop Sleep(DateTimeOffset until)
    {
        while (Customer.WakeAt is { } at && at <= until) Wake(at);
        return this;
    }

    /// <summary>Admits and settles every open delivery, and those that follow from it.</summary>
    public Shop Deliver(DateTimeOffset now, Outcome? outcome = null)
    {
        while (Customer.Deliveries.Values.FirstOrDefault(delivery => delivery.Status is DeliveryStatus.Requested or DeliveryStatus.Held or DeliveryStatus.Retry && !(delivery.Until > now)) is { } open)
        {
            Decide(new Input.Admit(open.Id, "token", Customer.Email, Suppressed: false), now);
            if (Customer.Deliveries[open.Id].Status == DeliveryStatus.Sending) Decide(new Input.Settle(open.Id, "token", outcome ?? new Outcome.Sent("1")), now);
        }
        return this;
    }

    public static CustomerEvent.Tracked Tracked(string name, DateTimeOffset at, string properties = "{}", string? messageId = null) =>
        new() { MessageId = messageId ?? $"{name}-{at.UtcTicks}", UserId = "ada", Event = name, At = at, ReceivedAt = at, Properties = Json(properties) };

    public static JsonElement Json(string text) => JsonElement.Parse(text);

    private static MessageFolder Message(string topic, string subject, string html) =>
        new(new Message(Name("m"), topic, new Dictionary<string, string> { ["en"] = subject }), ImmutableSortedDictionary.Create<string, Body>(StringComparer.Ordinal).Add("en", new(html, null)));
}
