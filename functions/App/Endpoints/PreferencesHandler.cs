using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Storage;
using MarketingAutomation.Tracking;
using NodaTime;

namespace MarketingAutomation.Endpoints;

/// <summary>What customers see and change of themselves by the links in their messages. Whoever holds a message sees its own data and no other's.</summary>
internal sealed class PreferencesHandler(Node node)
{
    private readonly TrackingHandler tracking = new(node);
    private readonly Policy policy = node.Catalog.Policy;

    public TrackingTokens Tokens => tracking.Tokens;

    /// <summary>The customer's language and word on each topic, and last on being tracked; null where nothing is known of the customer any more.</summary>
    public async Task<(string Locale, IReadOnlyList<TopicChoice> Topics)?> TopicsAsync(TrackingToken.Preferences token, CancellationToken ct)
    {
        var customer = await tracking.CustomerAsync(token, ct);
        if (customer.Version == 0) return null;
        var locale = LocaleOf(customer);
        return (locale,
        [
            .. from topic in policy.Topics.Keys.Order(StringComparer.Ordinal)
               where policy.MayBeRefused(topic)
               select new TopicChoice(topic, tracking.NameOf(topic, locale), Consents.May(policy, customer, topic)),
            new TopicChoice(Consents.Tracking, PreferencesPage.TrackingText(locale), Consents.May(policy, customer, Consents.Tracking)),
        ]);
    }

    /// <summary>Takes the customer's word on topics; it holds when this returns.</summary>
    /// <param name="shown">The topics that the customer decided on.</param>
    /// <param name="yes">Those of them that the customer wants.</param>
    public async Task ChangeAsync(TrackingToken.Preferences token, IEnumerable<string> shown, IReadOnlySet<string> yes, CancellationToken ct)
    {
        if (await TopicsAsync(token, ct) is not { } now) return;
        foreach (var topic in now.Topics.IntersectBy(shown, topic => topic.Id, StringComparer.Ordinal))
            if (topic.Yes != yes.Contains(topic.Id)) await tracking.SayAsync(token, topic.Id, !topic.Yes, "preferences-page", topic.Name, ct);
    }

    /// <summary>Why the message came; null where nothing is known of it any more.</summary>
    public async Task<(string Locale, WhyFacts Facts, TrackingToken.Unsubscribe Refusal)?> WhyAsync(TrackingToken.Why token, CancellationToken ct)
    {
        var customer = await tracking.CustomerAsync(token, ct);
        if (customer.Version == 0 || await DeliveryAsync(customer, token, ct) is not { } delivery) return null;
        var locale = LocaleOf(customer);
        var entry = node.Catalog.Journeys.GetValueOrDefault(delivery.Journey)?.Entry;
        var facts = new WhyFacts(
            NameOf(node.Catalog.Journeys.GetValueOrDefault(delivery.Journey)?.Name, delivery.Journey, locale),
            (entry as Entry.Event)?.Name,
            entry is Entry.SegmentEntered { Segment: var segment } ? NameOf(node.Catalog.Segments.GetValueOrDefault(segment)?.Name, segment, locale) : null,
            Written(delivery.EnteredAt),
            delivery.Status >= DeliveryStatus.Sent && delivery.ClaimedAt is { } sent ? Written(sent) : null,
            tracking.NameOf(delivery.Topic, locale),
            customer.Consents.TryGetValue(delivery.Topic, out var consent) ? (consent.Given, Written(consent.At)) : null,
            policy.MayBeRefused(delivery.Topic),
            delivery.Jurisdiction is { } law ? NameOf(policy.Packs.All.GetValueOrDefault(law)?.Name, law, locale) : null,
            Consents.May(policy, customer, Consents.Tracking));
        return (locale, facts, new(token.Customer, token.Delivery, delivery.Topic));

        string Written(DateTimeOffset at) =>
            LocaleFormats.Of(locale).Date(Instant.FromDateTimeOffset(at).InZone(CustomerZone.Of(policy, customer)).ToDateTimeUnspecified(), "long");
    }

    /// <summary>The message as it was sent, without its pixel; null where it is not kept, or no more.</summary>
    public async Task<string?> SentAsync(TrackingToken.View token, CancellationToken ct) =>
        await node.Store.ReadAsync(Tables.Customers, token.Customer.Value, CustomerRows.Sent(token.Delivery), ct) is { } row ? CustomerRows.Page(row) : null;

    private string LocaleOf(Customer customer) => customer.Locale ?? policy.DefaultLocale;

    private string NameOf(IReadOnlyDictionary<string, string>? name, string id, string locale) =>
        name is not null && Locales.Choose(locale, policy.DefaultLocale, [.. name.Keys]) is { } nearest ? name[nearest] : id;

    // The state forgets old deliveries; their rows do not. A merged customer's are where they were made.
    private async Task<Delivery?> DeliveryAsync(Customer customer, TrackingToken token, CancellationToken ct)
    {
        if (customer.Deliveries.GetValueOrDefault(token.Delivery) is { } recent) return recent;
        foreach (var key in new[] { token.Customer, customer.Key }.Distinct())
            if (await node.Store.ReadAsync(Tables.Customers, key.Value, CustomerRows.Delivery(token.Delivery), ct) is { } row) return CustomerRows.DeliveryOf(row);
        return null;
    }
}
