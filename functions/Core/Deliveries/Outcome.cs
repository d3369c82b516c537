using System.Text.Json.Serialization;

namespace MarketingAutomation.Deliveries;

/// <summary>What a channel says of one attempt.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "outcome")]
[JsonDerivedType(typeof(Sent), "sent")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Retry), "retry")]
[JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record Outcome
{
    private Outcome() { }

    public sealed record Sent(string? ProviderId) : Outcome;

    /// <summary>Refused for good.</summary>
    /// <param name="Reason">Class of the refusal with the provider's code, never the address.</param>
    /// <param name="HardBounce">The address itself is no good and gets nothing more.</param>
    public sealed record Failed(string Reason, bool HardBounce = false) : Outcome;

    /// <summary>Refused for now.</summary>
    /// <param name="After">The provider's own wish how long to wait; null leaves it to us.</param>
    /// <param name="Outage">Nothing is wrong with this message: the provider is out of reach, or has had enough of us for now, or refuses our account. All others would fare the same.</param>
    public sealed record Retry(string Reason, TimeSpan? After = null, bool Outage = false) : Outcome;

    /// <summary>The provider may have taken it: the connection broke after the message was handed over.</summary>
    public sealed record Unknown(string Reason) : Outcome;
}
