using NodaTime;

namespace MarketingAutomation.Segments;

/// <summary>The operators of <see cref="Test"/> that compare dates.</summary>
/// <remarks>Those that time changes hold in spans <c>[from, to)</c>, as windows of events do; so each says when it will change.</remarks>
internal static class Dates
{
    public static bool Hold(Test test, in Value value, in Sight sight)
    {
        if (Moment.Of(value.Json) is not { } moment) return false;
        var (zone, now) = (sight.Zone, sight.Now);
        if (test.Before is { } before && Compare(moment, before, zone) is not < 0) return false;
        if (test.After is { } after && Compare(moment, after, zone) is not > 0) return false;
        if (!test.IsOfTime) return true;
        var (from, to) = moment.In(zone);
        return (test.WithinNext is not { } next || (from - next <= now && now < to))
            && (test.WithinLast is not { } last || (from <= now && now < to + last))
            && (test.AnniversaryToday is not { } today || today == IsIn(moment, TimeSpan.Zero, zone, now))
            && (test.AnniversaryWithin is not { } ahead || IsIn(moment, ahead, zone, now));
    }

    public static DateTimeOffset? ChangeAt(Test test, in Value value, in Sight sight)
    {
        if (Moment.Of(value.Json) is not { } moment) return null;
        var (zone, now) = (sight.Zone, sight.Now);
        var (from, to) = moment.In(zone);
        DateTimeOffset? first = null;
        if (test.WithinNext is { } next) { See(from - next); See(to); }
        if (test.WithinLast is { } last) { See(from); See(to + last); }
        if (test.AnniversaryToday is not null) foreach (var (start, end) in Returns(moment, TimeSpan.Zero, zone, now)) { See(start); See(end); }
        if (test.AnniversaryWithin is { } ahead) foreach (var (start, end) in Returns(moment, ahead, zone, now)) { See(start); See(end); }
        return first;

        void See(DateTimeOffset at)
        {
            if (at > now) first = Answer.Earlier(first, at);
        }
    }

    // Against a day, days are compared; against an instant, instants.
    private static int? Compare(Moment value, string bound, DateTimeZone zone) => Moment.Of(bound) switch
    {
        null => null,
        { Day: { } day } => value.DayIn(zone).CompareTo(day),
        var other => value.In(zone).From.CompareTo(other.Value.In(zone).From),
    };

    private static bool IsIn(Moment date, TimeSpan ahead, DateTimeZone zone, DateTimeOffset now) => Returns(date, ahead, zone, now).Any(span => span.From <= now && now < span.To);

    // The days of this year and the two next on which the date returns, each begun earlier by what one looks ahead.
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Returns(Moment date, TimeSpan ahead, DateTimeZone zone, DateTimeOffset now)
    {
        var (day, year) = (date.DayIn(zone), Instant.FromDateTimeOffset(now).InZone(zone).Year);
        var yearly = new AnnualDate(day.Month, day.Day);
        for (var i = Math.Max(year, day.Year + 1); i <= Math.Max(year, day.Year) + 2; i++)
        {
            var returned = yearly.InYear(i);
            yield return (Moment.StartOf(returned, zone) - ahead, Moment.StartOf(returned.PlusDays(1), zone));
        }
    }
}
