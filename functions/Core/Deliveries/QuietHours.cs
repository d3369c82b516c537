using System.ComponentModel;
using NodaTime;
using NodaTime.TimeZones;

namespace MarketingAutomation.Deliveries;

/// <summary>Hours of the customer's day without messages, as written in <c>config/policy.json</c>. Topics that need no consent, such as orders, go at any hour.</summary>
public sealed record QuietHours(
    [property: Description("Local time at which quiet begins, such as 21:00.")] TimeOnly From,
    [property: Description("Local time at which quiet ends, such as 08:00; may lie on the next day.")] TimeOnly Until,
    [property: Description("What becomes of a message in that time: hold until quiet ends (the default), or skip.")] WhenNotNow Then = WhenNotNow.Hold)
{
    /// <summary>The first instant from <paramref name="now"/> on at which the clock on the customer's wall is not within the quiet hours.</summary>
    /// <remarks>Where clocks go forward over the end, quiet ends with the jump; where they go back over it, the hour that comes twice is quiet both times.</remarks>
    public DateTimeOffset NextAllowed(DateTimeOffset now, DateTimeZone zone)
    {
        var at = Instant.FromDateTimeOffset(now).InZone(zone);
        while (IsQuiet(at.LocalDateTime))
        {
            var end = at.Date.At(ToLocal(Until));
            if (end <= at.LocalDateTime) end = end.PlusDays(1);
            var ends = zone.ResolveLocal(end, Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter));
            at = ends.ToInstant() > at.ToInstant() ? ends : at.Plus(Duration.FromMinutes(1));
        }
        return at.ToInstant() == Instant.FromDateTimeOffset(now) ? now : at.ToInstant().ToDateTimeOffset();
    }

    private bool IsQuiet(LocalDateTime at)
    {
        var (time, from, until) = (at.TimeOfDay, ToLocal(From), ToLocal(Until));
        return from < until ? time >= from && time < until : time >= from || time < until;
    }

    private static LocalTime ToLocal(TimeOnly time) => new(time.Hour, time.Minute);
}
