namespace MarketingAutomation.Collect;

/// <summary>Tells when something happened in our time, whatever the sender's clock says.</summary>
/// <remarks>
/// The sender's clock is wrong by the same amount when it stamps an event and when it sends it, so the age of the event at
/// sending is right even where both times are wrong: <c>receivedAt − (sentAt − timestamp)</c>. Source: segment-docs, spec/common.
/// An explicit <c>timestamp</c> wins over <c>originalTimestamp</c>: RudderStack's SDKs send the time a program gave as the first,
/// and the time of the call as the second.
/// </remarks>
public static class ClockCorrection
{
    /// <summary>How far ahead of ours a corrected time may be before it is called a time from the future.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="sentAt">Of the call, or else of its batch; without it the sender's clock is trusted.</param>
    /// <returns>The instant in UTC, never after <paramref name="receivedAt"/>, and whether it had to be moved there by more than <see cref="Tolerance"/>.</returns>
    public static (DateTimeOffset At, bool FromFuture) Correct(DateTimeOffset? timestamp, DateTimeOffset? originalTimestamp, DateTimeOffset? sentAt, DateTimeOffset receivedAt)
    {
        var received = receivedAt.UtcTicks; // ticks, because a long cannot overflow where three dates within the calendar are added
        if ((timestamp ?? originalTimestamp) is not { } original) return (receivedAt.ToUniversalTime(), false);
        var ticks = sentAt is { } sent ? received - (sent.UtcTicks - original.UtcTicks) : original.UtcTicks;
        return (new(Math.Clamp(ticks, 0, received), TimeSpan.Zero), ticks - received > Tolerance.Ticks);
    }
}
