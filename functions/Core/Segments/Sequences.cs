using MarketingAutomation.Collect;

namespace MarketingAutomation.Segments;

/// <summary>Keeps and answers a <see cref="TallyRule.Pair"/>: one event, then – or not – another within a span.</summary>
/// <remarks>
/// The tally holds times, and for each a number made of the key's hash and of which of the two events it is; one event may be both, but never
/// follows itself. A sequence that has come true for ever keeps a single mark.
/// </remarks>
internal static class Sequences
{
    private const long IsFirst = 1, IsSecond = 2, Kinds = 3;

    /// <param name="at">No earlier instant will ever be asked about.</param>
    public static Tally Add(TallyRule.Pair rule, Tally tally, CustomerEvent e, DateTimeOffset at)
    {
        var sequence = rule.Sequence;
        if (tally.Count > 0) return tally;
        var kind = (Fits(sequence.First, e) ? IsFirst : 0) | (Fits((sequence.Then ?? sequence.ThenNot)!, e) ? IsSecond : 0);
        if (kind == 0) return tally;
        var key = 0L;
        if (sequence.Key is { } path)
        {
            if (Scalars.Canonical(Tests.Find(e.Details, path)) is not { } value) return tally;
            key = Scalars.Hash(value) & ~Kinds;
        }
        var (time, number) = (e.At.UtcTicks, key | kind);
        var oldest = sequence.InLast is { } last ? at.UtcTicks - last.Ticks : long.MinValue;
        if (time <= oldest) return tally;
        tally = Insert(Forget(tally, oldest), time, number);
        return sequence is { Then: not null, InLast: null } && Firsts(tally, sequence.Within.Ticks).Any(first => first.Followed) ? Tally.None with { Count = 1 } : tally;
    }

    public static Answer Ask(TallyRule.Pair rule, Tally tally, DateTimeOffset now)
    {
        var (sequence, span) = (rule.Sequence, rule.Sequence.Within.Ticks);
        if (tally.Count > 0) return new(true);
        var oldest = sequence.InLast is { } last ? now.UtcTicks - last.Ticks : long.MinValue;
        var firsts = Firsts(tally, span).Where(first => first.Time > oldest && first.Followed == sequence.Then is not null).Select(first => first.Time).ToList();
        if (firsts.Count == 0) return default;
        if (sequence.Then is not null) return new(true, Leaves(firsts[^1]));
        if (firsts[0] + span > now.UtcTicks) return new(false, new DateTimeOffset(firsts[0] + span, TimeSpan.Zero));

        // Each holds from the end of its span until it leaves the window; holding goes on as long as the next begins before.
        if (sequence.InLast is null) return new(true);
        var end = firsts[0] + sequence.InLast.Value.Ticks;
        foreach (var first in firsts.Where(first => first + span <= end)) end = first + sequence.InLast.Value.Ticks;
        return new(true, new DateTimeOffset(end, TimeSpan.Zero));

        DateTimeOffset? Leaves(long first) => sequence.InLast is { } window ? new DateTimeOffset(first, TimeSpan.Zero) + window : null;
    }

    // The events that begin a sequence, by time, and whether the second came.
    private static IEnumerable<(long Time, bool Followed)> Firsts(Tally tally, long span)
    {
        for (var i = 0; i < tally.Times.Length; i++)
            if ((tally.Numbers[i] & IsFirst) != 0) yield return (tally.Times[i], IsFollowed(tally, i, span));
    }

    private static bool IsFollowed(Tally tally, int i, long span)
    {
        var (time, key) = (tally.Times[i], tally.Numbers[i] & ~Kinds);
        var j = i;
        while (j > 0 && tally.Times[j - 1] == time) j--;
        for (; j < tally.Times.Length && tally.Times[j] <= time + span; j++)
            if (j != i && (tally.Numbers[j] & IsSecond) != 0 && (tally.Numbers[j] & ~Kinds) == key) return true;
        return false;
    }

    private static bool Fits(Occurrence occurrence, CustomerEvent e) => occurrence.Event == e.EventName && occurrence.Where.Hold(e.Details);

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
