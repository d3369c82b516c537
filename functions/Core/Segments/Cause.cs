namespace MarketingAutomation.Segments;

/// <summary>Why memberships are looked at again.</summary>
/// <param name="At">The instant they are to be true for.</param>
/// <param name="Starts">Whether entering may start runs.</param>
/// <param name="Happened">When the event behind it happened; null where time is behind it, or another definition.</param>
/// <param name="Past">Since when what is true has been true, where that need not be since <see cref="Since"/>.</param>
internal readonly record struct Cause(DateTimeOffset At, bool Starts, DateTimeOffset? Happened = null, Stretches? Past = null)
{
    public DateTimeOffset Since => Happened ?? At;
}
