using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Segments;

/// <summary>Takes events into the tally of a <see cref="TallyRule.Single"/>.</summary>
/// <remarks>
/// What is kept, always ordered by time: of a count in a window the latest times up to a threshold; of a sum or average in a window times and amounts;
/// of a minimum or maximum in a window those that no later one outdoes; of different values each one's latest time; of a first value in a window all.
/// </remarks>
internal static class Counting
{
    /// <param name="at">No earlier instant will ever be asked about.</param>
    public static Tally Add(TallyRule.Single rule, Tally tally, CustomerEvent e, DateTimeOffset at)
    {
        if (!rule.Takes(e)) return tally;
        var time = e.At.UtcTicks;
        var from = rule.Within is { } span ? at.UtcTicks - span.Ticks : long.MinValue; // not in any window any more
        if (time <= from) return tally;
        if (rule.Measure == Measure.Count) return rule.Within is null ? tally with { Count = tally.Count + 1 } : Latest(tally, time, rule.Keep, from);
        if (rule.Measure == Measure.DaysSince) return tally.Times is [var last] && last >= time ? tally : tally with { Times = [time] };
        var property = Tests.Find(e.Details, rule.Of!);
        return rule.Measure is Measure.Sum or Measure.Average or Measure.Min or Measure.Max
            ? Scalars.Micros(property) is { } number ? AddNumber(rule, tally, time, number, from) : tally
            : Scalars.Canonical(property) is { } text ? AddText(rule, tally, time, text, from) : tally;
    }

    private static Tally AddNumber(TallyRule.Single rule, Tally tally, long time, long number, long from) => (rule.Measure, rule.Within) switch
    {
        (Measure.Sum or Measure.Average, null) => tally with { Count = tally.Count + 1, Sum = tally.Sum + number },
        (Measure.Min, null) => tally.Numbers is [var least] && least <= number ? tally : tally with { Numbers = [number] },
        (Measure.Max, null) => tally.Numbers is [var most] && most >= number ? tally : tally with { Numbers = [number] },
        (Measure.Min or Measure.Max, _) => Undone(rule.Measure, Forget(tally, from), time, number),
        _ => Insert(Forget(tally, from), time, number),
    };

    private static Tally AddText(TallyRule.Single rule, Tally tally, long time, string text, long from) => (rule.Measure, rule.Within) switch
    {
        (Measure.Distinct, null) => Different(rule, tally, Scalars.Hash(text)),
        (Measure.Distinct, _) => DifferentLately(rule, Forget(tally, from), time, Scalars.Hash(text)),
        (Measure.First, null) => tally.Times is [var first] && Order(first, tally.Texts[0], time, text) <= 0 ? tally : tally with { Times = [time], Texts = [text] },
        (Measure.Last, _) => tally.Times is [var last] && Order(last, tally.Texts[0], time, text) >= 0 ? tally : tally with { Times = [time], Texts = [text] },
        (Measure.MostFrequent, null) => Frequent(tally, text),
        (Measure.First or Measure.MostFrequent, _) => Insert(Forget(tally, from), time, text),
        _ => throw new UnreachableException($"{rule.Measure} keeps no texts."),
    };

    private static Tally Latest(Tally tally, long time, int keep, long from)
    {
        var times = Forget(tally, from).Times;
        times = times.Insert(IndexOf(times, time), time);
        return tally with { Times = times.Length > keep ? times.RemoveAt(0) : times };
    }

    private static Tally Insert(Tally tally, long time, long number)
    {
        var i = IndexOf(tally.Times, time);
        while (i > 0 && tally.Times[i - 1] == time && tally.Numbers[i - 1] > number) i--;
        return tally with { Times = tally.Times.Insert(i, time), Numbers = tally.Numbers.Insert(i, number) };
    }

    private static Tally Insert(Tally tally, long time, string text)
    {
        var i = IndexOf(tally.Times, time);
        while (i > 0 && tally.Times[i - 1] == time && string.CompareOrdinal(tally.Texts[i - 1], text) > 0) i--;
        return tally with { Times = tally.Times.Insert(i, time), Texts = tally.Texts.Insert(i, text) };
    }

    // One that comes later and is no worse leaves the others of its window behind.
    private static Tally Undone(Measure measure, Tally tally, long time, long number)
    {
        var sign = measure == Measure.Max ? 1 : -1;
        var i = IndexOf(tally.Times, time);
        if (i < tally.Times.Length && tally.Numbers[i] * (Int128)sign >= number * (Int128)sign) return tally;
        if (i > 0 && tally.Times[i - 1] == time && tally.Numbers[i - 1] * (Int128)sign >= number * (Int128)sign) return tally;
        var first = i;
        while (first > 0 && tally.Numbers[first - 1] * (Int128)sign <= number * (Int128)sign) first--;
        return tally with { Times = tally.Times.RemoveRange(first, i - first).Insert(first, time), Numbers = tally.Numbers.RemoveRange(first, i - first).Insert(first, number) };
    }

    // Once there are as many as matter, which ones they are does not.
    private static Tally Different(TallyRule.Single rule, Tally tally, long hash)
    {
        if (tally.Count >= rule.Keep) return tally;
        var i = tally.Numbers.BinarySearch(hash);
        if (i >= 0) return tally;
        return tally.Count + 1 >= rule.Keep ? tally with { Count = rule.Keep, Numbers = [] } : tally with { Count = tally.Count + 1, Numbers = tally.Numbers.Insert(~i, hash) };
    }

    private static Tally DifferentLately(TallyRule.Single rule, Tally tally, long time, long hash)
    {
        var known = tally.Numbers.IndexOf(hash);
        if (known >= 0 && tally.Times[known] >= time) return tally;
        if (known >= 0) tally = tally with { Times = tally.Times.RemoveAt(known), Numbers = tally.Numbers.RemoveAt(known) };
        tally = Insert(tally, time, hash);
        return tally.Times.Length > rule.Keep ? tally with { Times = tally.Times.RemoveAt(0), Numbers = tally.Numbers.RemoveAt(0) } : tally;
    }

    private static Tally Frequent(Tally tally, string text)
    {
        var i = tally.Texts.BinarySearch(text, StringComparer.Ordinal);
        return i >= 0
            ? tally with { Numbers = tally.Numbers.SetItem(i, tally.Numbers[i] + 1) }
            : tally with { Texts = tally.Texts.Insert(~i, text), Numbers = tally.Numbers.Insert(~i, 1) };
    }

    private static Tally Forget(Tally tally, long from)
    {
        var gone = 0;
        while (gone < tally.Times.Length && tally.Times[gone] <= from) gone++;
        return gone == 0 ? tally : tally with
        {
            Times = tally.Times.RemoveRange(0, gone),
            Numbers = tally.Numbers.Length > 0 ? tally.Numbers.RemoveRange(0, gone) : tally.Numbers,
            Texts = tally.Texts.Length > 0 ? tally.Texts.RemoveRange(0, gone) : tally.Texts,
        };
    }

    // Behind all of its instant; most events come last.
    private static int IndexOf(ImmutableArray<long> times, long time)
    {
        var index = times.Length;
        while (index > 0 && times[index - 1] > time) index--;
        return index;
    }

    private static int Order(long time, string text, long otherTime, string otherText) => time != otherTime ? time.CompareTo(otherTime) : string.CompareOrdinal(text, otherText);
}
