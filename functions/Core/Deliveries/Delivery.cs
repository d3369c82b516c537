using System.Text.Json.Serialization;

namespace MarketingAutomation.Deliveries;

/// <summary>One message on its way to one address. Its id is the hash of run and step, so a redelivery can never become a second message.</summary>
public sealed record Delivery(string Id, string Run, string Journey, string Step, string Message, string Topic, DateTimeOffset EnteredAt, DateTimeOffset RequestedAt)
{
    public DeliveryStatus Status { get; init; }

    /// <summary>When <see cref="Status"/> was reached.</summary>
    public DateTimeOffset StatusAt { get; init; }

    /// <summary>Times handed to the channel, from 1; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>When <see cref="Attempt"/> was claimed; from then on the message has a place in the customer's frequency caps.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Random claim of the attempt under way; only its holder may settle it.</summary>
    public string? Token { get; init; }

    /// <summary>An attempt was interrupted: it may have handed the message over, whatever is said of later ones.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>When held or waiting for a retry: not before this. While sending: nobody else takes over before this. While unknown: asked about then.</summary>
    public DateTimeOffset? Until { get; init; }

    public string? Locale { get; init; }

    /// <summary>Id of the pack that held when it was claimed; null where none did.</summary>
    public string? Jurisdiction { get; init; }

    /// <summary>Domain of the address it was last claimed for, where that names nobody (<see cref="MailDomains"/>).</summary>
    public string? Domain { get; init; }

    /// <summary>Why it was skipped or failed, or is not known.</summary>
    public string? Reason { get; init; }

    /// <summary>The provider's own id of the message.</summary>
    public string? ProviderId { get; init; }

    [JsonIgnore]
    public bool IsSettled => Status >= DeliveryStatus.Unknown;

    /// <summary>Whether the message counts as one that the customer got, as far as anybody knows.</summary>
    [JsonIgnore]
    public bool TakesPlace => ClaimedAt is not null && Status is DeliveryStatus.Sending or DeliveryStatus.Unknown or >= DeliveryStatus.Sent;
}

/// <summary>Where a delivery stands. From <see cref="Unknown"/> on, only moves to a later name count, so repeated and reordered callbacks are harmless.</summary>
public enum DeliveryStatus
{
    Requested,
    Held,
    Retry,
    Sending,

    /// <summary>The provider may or may not have taken it; never sent again blindly.</summary>
    Unknown,
    Skipped,
    Failed,
    Sent,
    Delivered,
    Bounced,
    Complained,
}
