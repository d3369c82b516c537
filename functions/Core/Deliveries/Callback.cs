namespace MarketingAutomation.Deliveries;

/// <summary>What a provider says of a message after it was handed over, in whatever order and however often.</summary>
/// <param name="Id">The provider's id of this report; the same report counts once.</param>
/// <param name="At">When it happened, UTC, by the provider's clock.</param>
public sealed record Callback(CallbackKind Kind, string Id, DateTimeOffset At)
{
    /// <summary>Address the message went to; null where the report does not say.</summary>
    public string? Address { get; init; }

    /// <summary>Class and status code; never the provider's own text, which may name the address.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a bounce or a dropped message: the address itself is no good and gets nothing more.</summary>
    public bool Hard { get; init; }

    /// <summary>The provider's own id of the message.</summary>
    public string? ProviderId { get; init; }

    /// <summary>Of an open or click: the reader's program, where it led, and whether the provider knows that no person did it.</summary>
    public string? UserAgent { get; init; }

    /// <inheritdoc cref="UserAgent"/>
    public string? Url { get; init; }

    /// <inheritdoc cref="UserAgent"/>
    public bool Machine { get; init; }
}

public enum CallbackKind
{
    /// <summary>The provider has taken the message.</summary>
    Sent,

    /// <summary>The receiving server said: later. The provider goes on trying.</summary>
    Deferred,
    Delivered,
    Bounced,

    /// <summary>The provider took the message and did not send it.</summary>
    Dropped,
    Complained,

    /// <summary>The customer refused everything of this sender at the provider.</summary>
    UnsubscribedFromAll,

    /// <summary>The customer refused messages of this kind at the provider.</summary>
    Unsubscribed,
    Opened,
    Clicked,
}
