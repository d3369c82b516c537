using System.Diagnostics;
using System.Text.Json;

namespace MarketingAutomation.Segments;

/// <summary>Reads a tally: what it comes to now, and what it will come to as the events of its window leave one after the other.</summary>
internal struct Meter
{
    private readonly TallyRule.Single rule;
    private readonly Tally tally;
    private readonly DateTimeOffset now;
    private int first;
    private Int128 sum;

    public Meter(TallyRule.Single rule, Tally tally, DateTimeOffset now)
    {
        (this.rule, this.tally, this.now) = (rule, tally, now);
        if (rule.Within is { } span)
            while (first < tally.Times.Length && tally.Times[first] <= now.UtcTicks - span.Ticks) first++; // an event at t counts while t ≤ now < t + span
        if (rule.Within is null || rule.Measure is not (Measure.Sum or Measure.Average)) return;
        for (var i = first; i < tally.Numbers.Length; i++) sum += tally.Numbers[i];
    }

    /// <summary>What the tally comes to.</summary>
    public readonly Value Value => rule.Within is null ? Ever() : InWindow();

    /// <summary>Lets the earliest events of the window leave it.</summary>
    /// <returns>When they do; null where none are left, or there is no window.</returns>
    public DateTimeOffset? Drop()
    {
        if (rule.Within is not { } span || first >= tally.Times.Length) return null;
        var time = tally.Times[first];
        for (; first < tally.Times.Length && tally.Times[first] == time; first++)
            if (rule.Measure is Measure.Sum or Measure.Average) sum -= tally.Numbers[first];
        return new DateTimeOffset(time, TimeSpan.Zero) + span;
    }

    /// <summary>Asks a test of the tally, and when the answer will change by itself.</summary>
    public static Answer Ask(TallyRule.Single rule, Tally tally, Test test, in Sight sight)
    {
        var meter = new Meter(rule, tally, sight.Now);
        if (test.Bounds is { } bounds && rule.Measure is (Measure.Count or Measure.Distinct or Measure.Sum or Measure.Min or Measure.Max)) return meter.Ask(bounds);
        var holds = test.Holds(meter.Value, sight);
        if (rule.Measure == Measure.DaysSince) return new(holds, NextDay(tally, test, sight, holds));
        var byItself = test.IsOfTime ? test.ChangesAt(meter.Value, sight) : null; // a date among the values
        while (meter.Drop() is { } at)
            if (test.Holds(meter.Value, sight) != holds || test.IsOfTime) return new(holds, Answer.Earlier(byItself, at));
        return new(holds, byItself);
    }

    private Answer Ask(Bounds bounds)
    {
        var holds = Micros is { } micros && bounds.Hold(micros);
        while (Drop() is { } at)
            if ((Micros is { } left && bounds.Hold(left)) != holds) return new(holds, at);
        return new(holds);
    }

    // The value in millionths, for measures that are numbers; null where it is missing.
    private readonly Int128? Micros => rule.Measure switch
    {
        Measure.Count or Measure.Distinct => Bounds.One * (rule.Within is null ? tally.Count : tally.Times.Length - first),
        Measure.Sum => rule.Within is null ? tally.Sum : sum,
        _ => first < tally.Numbers.Length ? tally.Numbers[first] : null,
    };

    private readonly Value Ever() => rule.Measure switch
    {
        Measure.Count or Measure.Distinct => new(tally.Count),
        Measure.Sum => new(Scalars.OfMicros(tally.Sum)),
        Measure.Average => tally.Count == 0 ? default : new(Scalars.OfMicros(tally.Sum) / tally.Count),
        Measure.Min or Measure.Max => tally.Numbers is [var number] ? new(Scalars.OfMicros(number)) : default,
        Measure.First or Measure.Last => tally.Texts is [var text] ? Parsed(text) : default,
        Measure.MostFrequent => MostFrequent(),
        Measure.DaysSince => tally.Times is [var time] ? new(Days(time)) : default,
        _ => throw new UnreachableException($"No meter for {rule.Measure}"),
    };

    private readonly Value InWindow()
    {
        var count = tally.Times.Length - first;
        return rule.Measure switch
        {
            Measure.Count or Measure.Distinct => new(count),
            Measure.Sum => new(Scalars.OfMicros(sum)),
            _ when count == 0 => default,
            Measure.Average => new(Scalars.OfMicros(sum) / count),
            Measure.Min or Measure.Max => new(Scalars.OfMicros(tally.Numbers[first])),
            Measure.First => Parsed(tally.Texts[first]),
            Measure.Last => Parsed(tally.Texts[^1]),
            Measure.MostFrequent => MostFrequentInWindow(),
            _ => throw new UnreachableException($"No window for {rule.Measure}"),
        };
    }

    // Of equally frequent values the first by its code points.
    private readonly Value MostFrequent()
    {
        if (tally.Texts.Length == 0) return default;
        var most = 0;
        for (var i = 1; i < tally.Texts.Length; i++)
            if (tally.Numbers[i] > tally.Numbers[most]) most = i;
        return Parsed(tally.Texts[most]);
    }

    private readonly Value MostFrequentInWindow()
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        for (var i = first; i < tally.Texts.Length; i++) counts[tally.Texts[i]] = counts.GetValueOrDefault(tally.Texts[i]) + 1;
        return Parsed(counts.MaxBy(pair => pair.Value).Key); // the first of equal ones
    }

    private readonly long Days(long time) => (now.UtcTicks - time) / TimeSpan.TicksPerDay;

    // A test of whole numbers changes its mind only at its thresholds and just past them.
    private static DateTimeOffset? NextDay(Tally tally, Test test, Sight sight, bool holds)
    {
        if (tally.Times is not [var time]) return null;
        var today = (sight.Now.UtcTicks - time) / TimeSpan.TicksPerDay;
        var next = Tests.Numbers(test).Where(number => number is > -1 and < 3_000_000).SelectMany(number => new[] { (long)Math.Ceiling(number), (long)Math.Floor(number) + 1 })
            .Where(day => day > today && test.Holds(new(day), sight) != holds).DefaultIfEmpty(long.MaxValue).Min();
        return next == long.MaxValue ? null : new DateTimeOffset(time, TimeSpan.Zero).AddDays(next);
    }

    private static Value Parsed(string canonical) => new(JsonElement.Parse(canonical));
}
