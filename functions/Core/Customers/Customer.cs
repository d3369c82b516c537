using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Customers;

/// <summary>One person, known or anonymous: everything that deciding for them needs, folded from their inputs.</summary>
public sealed record Customer(CustomerKey Key)
{
    /// <summary>Number of commits; 0 where nothing is known of the customer.</summary>
    public long Version { get; init; }

    /// <summary>Latest <c>now</c> of a decision; time never runs backwards for a customer.</summary>
    public DateTimeOffset LastNow { get; init; }

    /// <summary>Highest catalog version decided with.</summary>
    public long CatalogVersion { get; init; }

    public string? UserId { get; init; }

    public ImmutableSortedSet<string> AnonymousIds { get; init; } = [];

    public ImmutableSortedDictionary<string, JsonElement> Traits { get; init; } = Empty<JsonElement>();

    /// <summary>When each trait was last said, in UTC ticks: a call that arrives late does not undo a later one.</summary>
    public ImmutableSortedDictionary<string, long> TraitTimes { get; init; } = Empty<long>();

    /// <summary>The traits that fill gaps: said by one of the customer's devices before it was known whose it is.</summary>
    public ImmutableSortedSet<string> FilledTraits { get; init; } = [];

    /// <summary>By topic.</summary>
    public ImmutableSortedDictionary<string, Consent> Consents { get; init; } = Empty<Consent>();

    /// <summary>By tally id (<see cref="TallyRule.Id"/>).</summary>
    public ImmutableSortedDictionary<string, Tally> Tallies { get; init; } = Empty<Tally>();

    /// <summary>The segments the customer is in, with the instant of entering.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Segments { get; init; } = Empty<DateTimeOffset>();

    /// <summary>When the customer last left a segment, in UTC ticks, as long as late events may start runs.</summary>
    public ImmutableSortedDictionary<string, long> Left { get; init; } = Empty<long>();

    /// <summary>When the customer had entered the segments of <see cref="Left"/>, in UTC ticks.</summary>
    public ImmutableSortedDictionary<string, long> LeftSince { get; init; } = Empty<long>();

    /// <summary>Segments whose last entry a late event has taken back; what it started is not started again by the next.</summary>
    public ImmutableSortedSet<string> TakenBack { get; init; } = [];

    /// <summary>By name; removed ones stay, so that a late word does not bring them back.</summary>
    public ImmutableSortedDictionary<string, Tag> Tags { get; init; } = Empty<Tag>();

    /// <summary>When a segment is to be looked at again because time alone may change it.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Flips { get; init; } = Empty<DateTimeOffset>();

    /// <summary>By run id: active ones, and ended ones whose goal may still be reached.</summary>
    public ImmutableSortedDictionary<string, Run> Runs { get; init; } = Empty<Run>();

    /// <summary>The journeys ever entered.</summary>
    public ImmutableSortedSet<string> Journeys { get; init; } = [];

    /// <summary>Last entry by <c>journey~key</c>, where the journey's re-entry rule needs it.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Entries { get; init; } = Empty<DateTimeOffset>();

    /// <summary>By delivery id: open ones and recent ones (<see cref="Memory"/>).</summary>
    public ImmutableSortedDictionary<string, Delivery> Deliveries { get; init; } = Empty<Delivery>();

    /// <summary>The outstanding wake; there is at most one that counts.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>For an anonymous customer: who it turned out to be. Everything goes there now.</summary>
    public CustomerKey? MergedInto { get; init; }

    /// <summary>For an anonymous customer with a message on its way: who it will merge into once that is settled.</summary>
    public CustomerKey? MergePending { get; init; }

    /// <summary>For a known customer: by anonymous customer, the log position absorbed up to; <see cref="long.MaxValue"/> when all is.</summary>
    public ImmutableSortedDictionary<string, long> Absorbed { get; init; } = Empty<long>();

    public string? Locale { get; init; }

    /// <summary>IANA name, as the SDK sent it.</summary>
    public string? TimeZone { get; init; }

    /// <summary>When <see cref="Locale"/> and <see cref="TimeZone"/> were last said, in UTC ticks.</summary>
    public long LocaleAt { get; init; }

    public long TimeZoneAt { get; init; }

    public DateTimeOffset? FirstSeen { get; init; }

    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>When the latest of all events happened. What is kept of events answers for every instant from here on.</summary>
    public DateTimeOffset? LatestAt { get; init; }

    /// <summary>E-mail address, or null where there is none that could be one.</summary>
    public string? Email =>
        Traits.TryGetValue("email", out var email) && email.ValueKind == JsonValueKind.String && EmailAddress.IsPlausible(email.GetString()!) ? email.GetString()!.Trim() : null;

    public static ImmutableSortedDictionary<string, T> Empty<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
