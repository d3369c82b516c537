using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Customers;

/// <summary>Folds events into a customer. Whatever order they arrive in, they leave the same customer behind.</summary>
internal static class Evolution
{
    /// <summary>Folds one event and says which segments it touches.</summary>
    public static IReadOnlyCollection<string> Fold(Turn turn, CustomerEvent e)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        Recognise(turn, e);
        See(turn, e);
        Hear(turn, e, touched);
        foreach (var (name, value) in TraitsOf(e)) SetTrait(turn, name, value, e.At.UtcTicks, fills: e.UserId is null && turn.Customer.UserId is not null, touched);
        Listen(turn, e, touched);
        Tally(turn, e, touched);
        return touched;
    }

    /// <summary>Segments of whose past an event may say something, also where it came too late to change what is known of the present.</summary>
    public static IReadOnlyCollection<string> Named(Rules rules, CustomerEvent e)
    {
        HashSet<string> named = new(StringComparer.Ordinal);
        if (e.EventName is { } name)
            foreach (var rule in rules.TalliesOf(name))
                if (rule.Takes(e)) named.UnionWith(rules.SegmentsTouchedByTally(rule.Id));
        foreach (var (trait, _) in TraitsOf(e)) named.UnionWith(rules.SegmentsTouchedByTrait(trait));
        if (ConsentOf(e).Topic is { } topic) named.UnionWith(rules.SegmentsTouchedByTopic(topic));
        if (TagOf(e).Name is { } tag) named.UnionWith(rules.SegmentsTouchedByTag(tag));
        if (Text(e.Context, "timezone") is not null) named.UnionWith(rules.SegmentsOfDates);
        return named;
    }

    /// <summary>Folds an event from before the customer was known: it counts; what it said of the customer comes with <see cref="FillGaps"/>.</summary>
    public static IReadOnlyCollection<string> FoldEarlier(Turn turn, CustomerEvent e)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        if (e.AnonymousId is { } id) turn.Customer = turn.Customer with { AnonymousIds = turn.Customer.AnonymousIds.Add(id) };
        See(turn, e);
        Listen(turn, e, touched);
        Tally(turn, e, touched);
        return touched;
    }

    /// <summary>Takes over what was last known of the customer while it was anonymous: what is known stays, gaps are filled.</summary>
    public static IReadOnlyCollection<string> FillGaps(Turn turn, Customer anonymous)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        foreach (var (name, value) in anonymous.Traits)
            SetTrait(turn, name, value, anonymous.TraitTimes.GetValueOrDefault(name), fills: true, touched);
        var customer = turn.Customer;
        if (customer.Locale is null) customer = customer with { Locale = anonymous.Locale, LocaleAt = anonymous.LocaleAt };
        if (customer.TimeZone is null && anonymous.TimeZone is not null)
        {
            customer = customer with { TimeZone = anonymous.TimeZone, TimeZoneAt = anonymous.TimeZoneAt };
            touched.UnionWith(turn.Rules.SegmentsOfDates);
        }
        turn.Customer = customer;
        return touched;
    }

    /// <summary>Counts an event that we made ourselves, and corrects what depends on it.</summary>
    public static void Count(Turn turn, CustomerEvent e)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        Tally(turn, e, touched);
        Membership.Update(turn, touched, new Cause(turn.Now, Starts: true, turn.Now));
    }

    /// <summary>Counts anew, from the whole history, what the catalog counts since the customer was last decided.</summary>
    /// <returns>The segments that depend on it.</returns>
    public static IReadOnlyCollection<string> Recount(Turn turn, IReadOnlyList<CustomerEvent> history, IReadOnlySet<string> tallies)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        turn.Customer = turn.Customer with { Tallies = turn.Customer.Tallies.RemoveRange(tallies) };
        foreach (var e in history) Tally(turn, e, touched, tallies);
        touched.UnionWith(tallies.SelectMany(turn.Rules.SegmentsTouchedByTally));
        return touched;
    }

    private static void Tally(Turn turn, CustomerEvent e, HashSet<string> touched, IReadOnlySet<string>? only = null)
    {
        var at = turn.Customer.LatestAt ?? turn.Customer.LastNow; // no earlier instant is asked about
        if (at < e.At) at = e.At;
        if (turn.Customer.LatestAt != at) turn.Customer = turn.Customer with { LatestAt = at };
        if (e.EventName is not { } name) return;
        var tallies = turn.Customer.Tallies;
        foreach (var rule in turn.Rules.TalliesOf(name))
        {
            if (only?.Contains(rule.Id) is false) continue;
            var before = tallies.GetValueOrDefault(rule.Id, Segments.Tally.None);
            var after = rule is TallyRule.Pair pair ? Sequences.Add(pair, before, e, at) : Counting.Add((TallyRule.Single)rule, before, e, at);
            if (ReferenceEquals(before, after)) continue;
            tallies = tallies.SetItem(rule.Id, after);
            touched.UnionWith(turn.Rules.SegmentsTouchedByTally(rule.Id));
        }
        if (!ReferenceEquals(tallies, turn.Customer.Tallies)) turn.Customer = turn.Customer with { Tallies = tallies };
    }

    // What was said about topics and tags.
    private static void Listen(Turn turn, CustomerEvent e, HashSet<string> touched)
    {
        if (ConsentOf(e) is ({ } topic, { } consent) && (topic == Consents.Tracking || turn.Catalog.Policy.Topics.ContainsKey(topic))) SetConsent(turn, topic, consent, touched);
        if (TagOf(e) is ({ } name, { } tag)) SetTag(turn, name, tag, touched);
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

    private static void Hear(Turn turn, CustomerEvent e, HashSet<string> touched)
    {
        var (customer, at) = (turn.Customer, e.At.UtcTicks);
        if (Text(e.Context, "locale") is { } locale && IsNews(locale, at, customer.Locale, customer.LocaleAt)) customer = customer with { Locale = locale, LocaleAt = at };
        if (Text(e.Context, "timezone") is { } zone && IsNews(zone, at, customer.TimeZone, customer.TimeZoneAt))
        {
            if (zone != customer.TimeZone) touched.UnionWith(turn.Rules.SegmentsOfDates);
            customer = customer with { TimeZone = zone, TimeZoneAt = at };
        }
        turn.Customer = customer;
    }

    // What was said last; of two words of one instant the one that sorts behind, so that the order of arrival does not matter.
    private static bool IsNews(string said, long at, string? known, long knownAt) => at != knownAt ? at > knownAt : string.CompareOrdinal(said, known) > 0;

    // What the customer says under its userId counts; what it said without one only fills gaps, whenever it arrives; of two words of one kind the later.
    private static void SetTrait(Turn turn, string name, JsonElement value, long at, bool fills, HashSet<string> touched)
    {
        var customer = turn.Customer;
        var isFilled = customer.FilledTraits.Contains(name);
        if (customer.TraitTimes.TryGetValue(name, out var last) && isFilled == fills && (last > at || (last == at && !IsBehind(value, customer.Traits.GetValueOrDefault(name))))) return;
        if (fills && !isFilled && customer.TraitTimes.ContainsKey(name)) return;
        if (fills != isFilled) customer = customer with { FilledTraits = fills ? customer.FilledTraits.Add(name) : customer.FilledTraits.Remove(name) };
        if (last != at) customer = customer with { TraitTimes = customer.TraitTimes.SetItem(name, at) };
        turn.Customer = customer;
        var traits = customer.Traits;
        if (value.ValueKind == JsonValueKind.Null) traits = traits.Remove(name);
        else if (!traits.TryGetValue(name, out var old) || !JsonElement.DeepEquals(old, value)) traits = traits.SetItem(name, value);
        if (ReferenceEquals(traits, customer.Traits)) return;
        turn.Customer = customer with { Traits = traits };
        touched.UnionWith(turn.Rules.SegmentsTouchedByTrait(name));
    }

    // Of two values of one instant the larger number or the text that sorts behind is kept, and any value rather than none.
    private static bool IsBehind(JsonElement value, JsonElement known) =>
        value.ValueKind != JsonValueKind.Null
        && (known.ValueKind == JsonValueKind.Undefined
            || (Value.NumberOf(value) is { } one && Value.NumberOf(known) is { } other && one != other ? one > other : RawJson.Of(value).SequenceCompareTo(RawJson.Of(known)) > 0));

    private static void SetTag(Turn turn, string name, Tag tag, HashSet<string> touched)
    {
        var latest = turn.Customer.Tags.TryGetValue(name, out var known) ? Tag.Latest(known, tag) : tag;
        if (latest == known) return;
        turn.Customer = turn.Customer with { Tags = turn.Customer.Tags.SetItem(name, latest) };
        touched.UnionWith(turn.Rules.SegmentsTouchedByTag(name));
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

    private static (string? Name, Tag? Tag) TagOf(CustomerEvent e) => e is CustomerEvent.Tracked { Event: "Tag Added" or "Tag Removed" } tracked
        ? (Text(tracked.Properties, "tag"), new(e.At.UtcTicks, WireTime.Read(Tests.Find(tracked.Properties, "expires_at"))?.UtcTicks, tracked.Event == "Tag Removed"))
        : default;

    private static string? Text(JsonElement parent, string name) => Tests.Find(parent, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.False } => "false",
        _ => null,
    };
}
