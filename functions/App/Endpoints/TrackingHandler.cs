using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Endpoints;

/// <summary>Turns what comes back from messages into events of their customers.</summary>
internal sealed class TrackingHandler(Node node)
{
    public TrackingTokens Tokens { get; } = Links.Of(node.Catalog.Deployment).Tokens;

    /// <summary>Takes in an open or a click; it is safe when this returns. Of who does not, or no longer, want to be tracked nothing is kept.</summary>
    /// <param name="url">Where a click led.</param>
    public async Task HitAsync(HitKind kind, TrackingToken token, string method, string? userAgent, bool prefetch, string? url, CancellationToken ct)
    {
        var now = node.Clock.GetUtcNow();
        var customer = await CustomerAsync(token, ct);
        if (!Consents.May(node.Catalog.Policy, customer, Consents.Tracking)) return;
        var delivery = customer.Deliveries.GetValueOrDefault(token.Delivery);
        var by = HitClassifier.Classify(new(kind, method, userAgent, now - delivery?.ClaimedAt, prefetch));
        await node.AcceptAsync([Event(token, Hits.EventName(kind, by), now, properties =>
        {
            if (delivery is not null) Write(properties, ("campaign_id", delivery.Journey), ("email_id", delivery.Message), ("topic", delivery.Topic));
            Write(properties, ("by", by switch { HitBy.Human => "human", HitBy.LikelyMachine => "likely-machine", _ => "machine" }), ("method", method), ("user_agent", Shorten(userAgent)), ("link_url", url));
        })], ct);
    }

    /// <summary>Takes a no; it holds when this returns.</summary>
    public Task RefuseAsync(TrackingToken.Unsubscribe token, string source, CancellationToken ct) => SayAsync(token, token.Topic, yes: false, source, text: null, ct);

    /// <summary>Takes a yes or a no to a topic; it holds when this returns.</summary>
    /// <param name="text">What the customer read beside it, kept as evidence; null where there was nothing to choose.</param>
    public Task SayAsync(TrackingToken token, string topic, bool yes, string source, string? text, CancellationToken ct) => node.DecideNowAsync(
        token.Customer,
        new Input.Happened(Event(token, yes ? "Subscribed" : "Unsubscribed", node.Clock.GetUtcNow(), properties => Write(properties, ("topic", topic), ("source", source), ("text", text)), topic)),
        ct);

    /// <summary>Name of the topic as the customer reads it.</summary>
    public string NameOf(string topic, string locale) =>
        node.Catalog.Policy.Topics.GetValueOrDefault(topic)?.Name is not { } name ? topic
        : name.GetValueOrDefault(locale) ?? name.GetValueOrDefault(node.Catalog.Policy.DefaultLocale) ?? topic;

    /// <summary>The customer's language, as last told by its devices.</summary>
    public async Task<string> LocaleAsync(TrackingToken token, CancellationToken ct) => (await CustomerAsync(token, ct)).Locale ?? node.Catalog.Policy.DefaultLocale;

    /// <summary>The customer a token is about, where a merge has brought it.</summary>
    public async Task<Customer> CustomerAsync(TrackingToken token, CancellationToken ct)
    {
        var customer = (await node.Customers.LoadAsync(token.Customer, ct)).Customer;
        return customer.MergedInto is { } known ? (await node.Customers.LoadAsync(known, ct)).Customer : customer;
    }

    private static CustomerEvent.Tracked Event(TrackingToken token, string name, DateTimeOffset now, Action<Utf8JsonWriter> properties, string about = "")
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("delivery", token.Delivery);
            properties(json);
            json.WriteEndObject();
        }
        return new()
        {
            MessageId = Hash.Id("hit", token.Customer.Value, token.Delivery, name, now.UtcTicks.ToString(), about),
            Customer = token.Customer,
            Event = name,
            At = now,
            ReceivedAt = now,
            Properties = JsonElement.Parse(buffer.ToArray()),
        };
    }

    private static void Write(Utf8JsonWriter json, params ReadOnlySpan<(string Name, string? Value)> properties)
    {
        foreach (var (name, value) in properties)
            if (value is not null) json.WriteString(name, value);
    }

    private static string? Shorten(string? userAgent) => userAgent is { Length: > 300 } ? userAgent[..300] : userAgent;
}
