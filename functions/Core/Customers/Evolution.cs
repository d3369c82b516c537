using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Customers;

/// <summary>Folds events into a customer.</summary>
internal static class Evolution
{
    /// <summary>Folds one event and says which segments it touches.</summary>
    public static IReadOnlyCollection<string> Fold(Turn turn, CustomerEvent e)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        Recognise(turn, e);
        See(turn, e);
        Hear(turn, e);
        foreach (var (name, value) in TraitsOf(e)) SetTrait(turn, name, value, e.At.UtcTicks, touched);
        if (ConsentOf(e) is ({ } topic, { } consent) && turn.Catalog.Policy.Topics.ContainsKey(topic)) SetConsent(turn, topic, consent, touched);
        Tally(turn, e, touched);
        return touched;
    }

    /// <summary>Folds an event from before the customer was known: it counts; what it said of the customer comes with <see cref="FillGaps"/>.</summary>
    public static IReadOnlyCollection<string> FoldEarlier(Turn turn, CustomerEvent e)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        if (e.AnonymousId is { } id) turn.Customer = turn.Customer with { AnonymousIds = turn.Customer.AnonymousIds.Add(id) };
        See(turn, e);
        if (ConsentOf(e) is ({ } topic, { } consent) && turn.Catalog.Policy.Topics.ContainsKey(topic)) SetConsent(turn, topic, consent, touched);
        Tally(turn, e, touched);
        return touched;
    }

    /// <summary>Takes over what was last known of the customer while it was anonymous: what is known stays, gaps are filled.</summary>
    public static IReadOnlyCollection<string> FillGaps(Turn turn, Customer anonymous)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        foreach (var (name, value) in anonymous.Traits)
            if (!turn.Customer.Traits.ContainsKey(name)) SetTrait(turn, name, value, anonymous.TraitTimes.GetValueOrDefault(name), touched);
        turn.Customer = turn.Customer with { Locale = turn.Customer.Locale ?? anonymous.Locale, TimeZone = turn.Customer.TimeZone ?? anonymous.TimeZone };
        return touched;
    }

    /// <summary>Counts anew from the whole history; memberships are corrected, no run starts.</summary>
    public static void Recount(Turn turn, IReadOnlyList<CustomerEvent> history)
    {
        turn.Customer = turn.Customer with { Tallies = Customer.Empty<Tally>() };
        foreach (var e in history) Tally(turn, e, []);
        Membership.Update(turn, turn.Rules.SegmentsInOrder, turn.Now, starts: false);
    }

    private static void Tally(Turn turn, CustomerEvent e, HashSet<string> touched)
    {
        if (e.EventName is not { } name) return;
        foreach (var rule in turn.Rules.TalliesOf(name))
            if (rule.Where.Hold(e.Details))
                turn.Customer = turn.Customer with { Tallies = turn.Customer.Tallies.SetItem(rule.Id, turn.Customer.Tallies.GetValueOrDefault(rule.Id, Segments.Tally.None).Add(rule, e.At)) };
        touched.UnionWith(turn.Rules.SegmentsTouchedByEvent(name));
    }

    private static void Recognise(Turn turn, CustomerEvent e)
    {
        var customer = turn.Customer;
        if (customer.UserId is null && e.UserId is { } userId) customer = customer with { UserId = userId };
        foreach (var anonymousId in new[] { e.AnonymousId, (e as CustomerEvent.Aliased)?.PreviousId })
        {
            if (anonymousId is null || anonymousId == e.UserId || customer.AnonymousIds.Contains(anonymousId)) continue;
            customer = customer with { AnonymousIds = customer.AnonymousIds.Add(anonymousId) };
            if (e.UserId is null) continue;
            var anonymous = CustomerKey.OfAnonymous(turn.Catalog.Deployment.Pepper, anonymousId);
            if (customer.Absorbed.ContainsKey(anonymous.Value)) continue;
            customer = customer with { Absorbed = customer.Absorbed.Add(anonymous.Value, 0) };
            turn.Add(new Effect.Merge(anonymous));
        }
        turn.Customer = customer;
    }

    private static void See(Turn turn, CustomerEvent e)
    {
        var customer = turn.Customer;
        if (!(customer.FirstSeen <= e.At)) customer = customer with { FirstSeen = e.At };
        if (!(customer.LastSeen >= e.At) && Text(e.Context, "active") is not "false") customer = customer with { LastSeen = e.At };
        turn.Customer = customer;
    }

    private static void Hear(Turn turn, CustomerEvent e)
    {
        var customer = turn.Customer;
        if (Text(e.Context, "locale") is { } locale && locale != customer.Locale) customer = customer with { Locale = locale };
        if (Text(e.Context, "timezone") is { } zone && zone != customer.TimeZone) customer = customer with { TimeZone = zone };
        turn.Customer = customer;
    }

    private static void SetTrait(Turn turn, string name, JsonElement value, long at, HashSet<string> touched)
    {
        if (turn.Customer.TraitTimes.TryGetValue(name, out var last) && last > at) return;
        if (last != at) turn.Customer = turn.Customer with { TraitTimes = turn.Customer.TraitTimes.SetItem(name, at) };
        var traits = turn.Customer.Traits;
        if (value.ValueKind == JsonValueKind.Null) traits = traits.Remove(name);
        else if (!traits.TryGetValue(name, out var old) || !JsonElement.DeepEquals(old, value)) traits = traits.SetItem(name, value);
        if (ReferenceEquals(traits, turn.Customer.Traits)) return;
        turn.Customer = turn.Customer with { Traits = traits };
        touched.UnionWith(turn.Rules.SegmentsTouchedByTrait(name));
    }

    private static void SetConsent(Turn turn, string topic, Consent consent, HashSet<string> touched)
    {
        var latest = turn.Customer.Consents.TryGetValue(topic, out var known) ? Consent.Latest(known, consent) : consent;
        if (latest == known) return;
        turn.Customer = turn.Customer with { Consents = turn.Customer.Consents.SetItem(topic, latest) };
        turn.Note($"consent {topic} {(latest.Given ? "given" : "withdrawn")}");
        touched.UnionWith(turn.Rules.SegmentsTouchedByTopic(topic));
    }

    // A group call's traits are the customer's group traits; its id stands beside them.
    private static IEnumerable<(string Name, JsonElement Value)> TraitsOf(CustomerEvent e) => e switch
    {
        CustomerEvent.Identified { Traits.ValueKind: JsonValueKind.Object } identified => identified.Traits.EnumerateObject().Select(trait => (trait.Name, trait.Value)),
        CustomerEvent.Grouped grouped => new[] { ("groupId", JsonSerializer.SerializeToElement(grouped.GroupId, CoreJson.Default.String)), ("group", grouped.Traits) }.Where(trait => trait.Item2.ValueKind != JsonValueKind.Undefined),
        _ => [],
    };

    // "Unsubscribed" is the name in the Segment spec (spec/email.md), list_id its word for a topic; "Subscribed" is ours, made alike.
    private static (string? Topic, Consent? Consent) ConsentOf(CustomerEvent e) => e is CustomerEvent.Tracked { Event: "Subscribed" or "Unsubscribed" } tracked
        ? (Text(tracked.Properties, "topic") ?? Text(tracked.Properties, "list_id"), new(tracked.Event == "Subscribed", e.At, Text(tracked.Properties, "source") ?? "event"))
        : default;

    private static string? Text(JsonElement parent, string name) => Tests.Find(parent, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.False } => "false",
        _ => null,
    };
}
