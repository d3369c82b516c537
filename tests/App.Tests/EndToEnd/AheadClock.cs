namespace MarketingAutomation.EndToEnd;

/// <summary>The machine's clock, put forward.</summary>
internal sealed class AheadClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
