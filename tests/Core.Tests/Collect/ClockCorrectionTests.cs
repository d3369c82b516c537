namespace MarketingAutomation.Collect;

public class ClockCorrectionTests
{
    private static readonly DateTimeOffset Received = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Gen<DateTimeOffset> Anytime = Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks].Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
    private static readonly Gen<DateTimeOffset?> Perhaps = Gen.Frequency((1, Gen.Const((DateTimeOffset?)null)), (3, Anytime.Select(time => (DateTimeOffset?)time)));

    [Fact]
    public void Without_a_time_the_event_happened_when_it_came() => Assert.Equal((Received, false), ClockCorrection.Correct(null, null, Received.AddHours(-3), Received));

    [Fact]
    public void Without_sentAt_the_sender_is_believed() => Assert.Equal((Received.AddDays(-900), false), ClockCorrection.Correct(Received.AddDays(-900), null, null, Received));

    [Fact]
    public void A_clock_that_is_an_hour_fast_is_corrected() => Assert.Equal((Received.AddSeconds(-20), false), ClockCorrection.Correct(Received.AddHours(1), null, Received.AddHours(1).AddSeconds(20), Received));

    [Fact]
    public void A_timestamp_wins_over_the_time_of_the_call() => Assert.Equal((Received.AddDays(-30), false), ClockCorrection.Correct(Received.AddDays(-30), Received, Received, Received));

    [Theory]
    [InlineData(0, false)]
    [InlineData(299, false)]
    [InlineData(300, false)]
    [InlineData(301, true)]
    public void A_time_ahead_of_ours_becomes_now_and_is_marked_beyond_five_minutes(int secondsAhead, bool marked) =>
        Assert.Equal((Received, marked), ClockCorrection.Correct(Received.AddSeconds(secondsAhead), null, null, Received));

    [Fact]
    public void No_event_ever_happened_after_it_came() => Gen.Select(Perhaps, Perhaps, Perhaps, Anytime).Sample((timestamp, original, sentAt, received) =>
        ClockCorrection.Correct(timestamp, original, sentAt, received).At <= received);

    [Fact]
    public void It_does_not_matter_how_wrong_the_senders_clock_is() => Gen.Select(Gen.Long[0, TimeSpan.TicksPerDay * 400], Gen.Long[-TimeSpan.TicksPerDay * 9000, TimeSpan.TicksPerDay * 9000]).Sample((age, wrong) =>
        ClockCorrection.Correct(Received.AddTicks(wrong - age), null, Received.AddTicks(wrong), Received) == (Received.AddTicks(-age), false));

    [Fact]
    public void A_resent_event_with_a_new_sentAt_keeps_its_time() => Gen.Select(Anytime, Gen.Long[0, TimeSpan.TicksPerDay]).Where((time, later) => time < Received).Sample((time, later) =>
        ClockCorrection.Correct(time, null, Received, Received).At == ClockCorrection.Correct(time, null, Received.AddTicks(later), Received.AddTicks(later)).At);

    [Fact]
    public void It_is_marked_exactly_where_the_corrected_time_is_more_than_five_minutes_ahead() => Gen.Select(Perhaps, Perhaps, Perhaps).Sample((timestamp, original, sentAt) =>
    {
        Int128 time = (timestamp ?? original ?? Received).UtcTicks, shift = timestamp is null && original is null || sentAt is null ? 0 : Received.UtcTicks - sentAt.Value.UtcTicks;
        return ClockCorrection.Correct(timestamp, original, sentAt, Received).FromFuture == time + shift > (Int128)Received.UtcTicks + TimeSpan.TicksPerMinute * 5;
    });
}
