using MarketingAutomation.Collect;

namespace MarketingAutomation.Segments;

/// <summary>Keeps and answers a <see cref="TallyRule.Pair"/>: one event, then – or not – another within a span.</summary>
/// <remarks>
/// The tally holds times, and for each a number made of the key's hash and of which of the two events it is; one event may be both, but never follows
/// itself. Events are never unsaid, so a first event that was followed stays so. Where that is asked for, only the latest such counts, and everything up to
/// it is forgotten; where the contrary is asked for, it is a first event no more. What is kept of first events is thus always those not followed so far.
/// </remarks>
internal static class Sequences
{
    private const long IsFirst = 1, IsSecond = 2, Kinds = 3;

    /// <param name="at">No earlier instant will ever be asked about.</param>
    public static Tally Add(TallyRule.Pair rule, Tally tally, CustomerEvent e, DateTimeOffset at)
    {
        var sequence = rule.Sequence;
        var kind = (Fits(sequence.First, e) ? IsFirst : 0) | (Fits((sequence.Then ?? sequence.ThenNot)!, e) ? IsSecond : 0);
        var time = e.At.UtcTicks;
        var oldest = Math.Max(sequence.InLast is { } last ? at.UtcTicks - last.Ticks : long.MinValue, LatestFollowed(tally));
        if (kind == 0 || time <= oldest || (sequence.InLast is null && LatestFollowed(tally) > 0)) return tally; // once followed is followed for ever
        var key = 0L;
        if (sequence.Key is { } path)
        {
            if (Scalars.Canonical(Tests.Find(e.Details, path)) is not { } value) return tally;
            key = Scalars.Hash(value) & ~Kinds;
        }
        tally = Forget(tally, oldest);
        return sequence.Then is not null ? AddThen(tally, time, key, kind, sequence.Within.Ticks, sequence.InLast is null) : AddThenNot(tally, time, key, kind, sequence.Within.Ticks);
    }

    public static Answer Ask(TallyRule.Pair rule, Tally tally, DateTimeOffset now)
    {
        var (window, span) = (rule.Sequence.InLast?.Ticks, rule.Sequence.Within.Ticks);
        var oldest = window is { } length ? now.UtcTicks - length : long.MinValue;
        if (rule.Sequence.Then is not null) return LatestFollowed(tally) is > 0 and var followed && followed > oldest ? new(true, Instant(followed + window)) : default;

        // Each first event that was not followed holds from the end of its span until it leaves the window; holding goes on as long as the next begins before.
        long? begins = null, ends = null;
        for (var i = 0; i < tally.Times.Length; i++)
        {
            if ((tally.Numbers[i] & IsFirst) == 0 || tally.Times[i] <= oldest) continue;
            var (from, to) = (tally.Times[i] + span, tally.Times[i] + window);
            if (begins is null) (begins, ends) = (from, to);
            else if (from <= ends) ends = to;
        }
        return begins is null ? default : begins > now.UtcTicks ? new(false, Instant(begins)) : new(true, Instant(ends));
    }

    private static Tally AddThen(Tally tally, long time, long key, long kind, long span, bool ever)
    {
        var followed = (kind & IsFirst) != 0 && HasSecond(tally, key, time, time + span) ? time : 0;
        if ((kind & IsSecond) != 0)
            for (var i = 0; i < tally.Times.Length; i++)
                if (IsFirstOf(tally, i, key, time - span, time)) followed = Math.Max(followed, tally.Times[i]);
        if (followed == 0) return Insert(tally, time, key | kind);
        return ever ? Tally.None with { Count = followed } : Forget(Insert(tally, time, key | kind), followed) with { Count = followed };
    }

    private static Tally AddThenNot(Tally tally, long time, long key, long kind, long span)
    {
        if ((kind & IsFirst) != 0 && HasSecond(tally, key, time, time + span)) kind &= ~IsFirst;
        if ((kind & IsSecond) != 0)
            for (var i = tally.Times.Length - 1; i >= 0; i--)
                if (IsFirstOf(tally, i, key, time - span, time))
                    tally = (tally.Numbers[i] & IsSecond) != 0
                        ? tally with { Numbers = tally.Numbers.SetItem(i, tally.Numbers[i] & ~IsFirst) }
                        : tally with { Times = tally.Times.RemoveAt(i), Numbers = tally.Numbers.RemoveAt(i) };
        return kind == 0 ? tally : Insert(tally, time, key | kind);
    }

    private static bool HasSecond(Tally tally, long key, long from, long to)
    {
        for (var i = tally.Times.Length - 1; i >= 0 && tally.Times[i] >= from; i--)
            if (tally.Times[i] <= to && (tally.Numbers[i] & ~Kinds) == key && (tally.Numbers[i] & IsSecond) != 0) return true;
        return false;
    }

    private static bool IsFirstOf(Tally tally, int i, long key, long from, long to) =>
        tally.Times[i] >= from && tally.Times[i] <= to && (tally.Numbers[i] & ~Kinds) == key && (tally.Numbers[i] & IsFirst) != 0;

    // Where being followed is asked for: ticks of the latest first event that was; 0 for none.
    private static long LatestFollowed(Tally tally) => tally.Count;

    private static DateTimeOffset? Instant(long? ticks) => ticks is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null;

    internal static bool Fits(Occurrence occurrence, CustomerEvent e) => occurrence.Event == e.EventName && occurrence.Where.Hold(e.Details);

    private static Tally Insert(Tally tally, long time, long number)
    {
        var i = tally.Times.Length;
        while (i > 0 && (tally.Times[i - 1] > time || (tally.Times[i - 1] == time && tally.Numbers[i - 1] > number))) i--;
        return tally with { Times = tally.Times.Insert(i, time), Numbers = tally.Numbers.Insert(i, number) };
    }

    private static Tally Forget(Tally tally, long oldest)
    {
        var gone = 0;
        while (gone < tally.Times.Length && tally.Times[gone] <= oldest) gone++;
        return gone == 0 ? tally : tally with { Times = tally.Times.RemoveRange(0, gone), Numbers = tally.Numbers.RemoveRange(0, gone) };
    }
}
