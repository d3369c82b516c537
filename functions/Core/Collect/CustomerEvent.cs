using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Collect;

/// <summary>One thing a customer did or one thing learned about a customer, in the words of the Segment spec.</summary>
/// <remarks>Source: segment-docs, connections/spec. What arrives on the wire becomes one of these in <see cref="CollectCall"/>.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Identified), "identify")]
[JsonDerivedType(typeof(Tracked), "track")]
[JsonDerivedType(typeof(Viewed), "view")]
[JsonDerivedType(typeof(Grouped), "group")]
[JsonDerivedType(typeof(Aliased), "alias")]
public abstract record CustomerEvent
{
    private CustomerEvent() { }

    /// <summary>Makes the call idempotent: the same messageId counts once per customer. Under 100 characters.</summary>
    public required string MessageId { get; init; }

    public string? UserId { get; init; }

    public string? AnonymousId { get; init; }

    /// <summary>Whose it is, where we know without asking the ids: links in messages carry it. Null for what comes from outside.</summary>
    public CustomerKey? Customer { get; init; }

    /// <summary>When it happened, UTC, corrected for the sender's clock (<see cref="ClockCorrection"/>); never after <see cref="ReceivedAt"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When we took it in, UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The sender's own clock for the event and for the sending, kept as given; null where not given.</summary>
    public DateTimeOffset? OriginalTimestamp { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The sender said a time more than five minutes ahead of ours; <see cref="At"/> was taken from our clock.</summary>
    public bool FromFuture { get; init; }

    /// <summary>The call's <c>context</c> object, or an undefined element where it had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Context { get; init; }

    /// <summary>Whose partition it goes to: the userId's where it has one, else the anonymousId's.</summary>
    /// <exception cref="InvalidOperationException">It has neither; <see cref="CollectCall"/> refuses such.</exception>
    public CustomerKey KeyOf(ReadOnlySpan<byte> pepper) =>
        Customer ?? (UserId is { } user ? CustomerKey.OfUser(pepper, user)
            : AnonymousId is { } anonymous ? CustomerKey.OfAnonymous(pepper, anonymous)
            : throw new InvalidOperationException("An event names neither userId nor anonymousId."));

    /// <summary>The name conditions and journeys know it by; null where the event has none (identify, alias).</summary>
    [JsonIgnore]
    public string? EventName => this switch
    {
        Tracked tracked => tracked.Event,
        Viewed { Screen: false } => "Page Viewed",
        Viewed => "Screen Viewed",
        Grouped => "Group Joined",
        _ => null,
    };

    /// <summary>What conditions filter on and templates show; an undefined element where the event carries nothing.</summary>
    [JsonIgnore]
    public JsonElement Details => this switch
    {
        Identified e => e.Traits,
        Tracked e => e.Properties,
        Viewed e => e.Properties,
        Grouped e => e.Traits,
        _ => default,
    };

    public sealed record Identified : CustomerEvent
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public JsonElement Traits { get; init; }
    }

    public sealed record Tracked : CustomerEvent
    {
        public required string Event { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public JsonElement Properties { get; init; }
    }

    /// <summary>A page or screen call.</summary>
    public sealed record Viewed : CustomerEvent
    {
        public bool Screen { get; init; }

        /// <summary>The call's properties with its <c>name</c> and <c>category</c> merged in.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public JsonElement Properties { get; init; }
    }

    public sealed record Grouped : CustomerEvent
    {
        public required string GroupId { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public JsonElement Traits { get; init; }
    }

    /// <summary>An alias call: <see cref="PreviousId"/> was this customer before we knew the userId.</summary>
    public sealed record Aliased : CustomerEvent
    {
        public required string PreviousId { get; init; }
    }
}
