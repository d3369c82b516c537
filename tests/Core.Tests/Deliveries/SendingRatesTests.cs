namespace MarketingAutomation.Deliveries;

public class SendingRatesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly WarmUp ThreeDays = new("2026-03-01", [86_400, 172_800, 864_000]);

    [Theory]
    [InlineData(-5, 1.0)]
    [InlineData(-1, 1.0)]
    [InlineData(0, 2.0)]
    [InlineData(1, 5.0)]    // ten would be allowed, but the account takes five
    [InlineData(2, 5.0)]
    public void A_new_address_sends_more_from_day_to_day(int days, double perSecond) =>
        Assert.Equal(perSecond, new SendingRates(5, WarmUp: ThreeDays).Account(Noon.AddDays(days)));

    [Fact]
    public void What_is_not_limited_has_no_rate()
    {
        Assert.Null(new SendingRates().Account(Noon));
        Assert.Null(new SendingRates(WarmUp: ThreeDays).Account(Noon.AddDays(2)));
        Assert.Null(new SendingRates(5).Domain("qq.com"));
        Assert.Equal(2, new SendingRates(PerDomain: new Dictionary<string, decimal> { ["qq.com"] = 2 }).Domain("qq.com"));
    }

    [Fact]
    public void No_span_of_time_gives_more_places_than_come_in_it_and_were_kept() =>
        Gen.Select(Gen.Double[0.01, 500], Gen.Select(Gen.Int[0, 3000], Gen.Int[1, 50]).Array[1, 60]).Sample((rate, asks) =>
        {
            var (bucket, now, given) = (new TokenBucket(TokenBucket.Most(rate), Noon), Noon, new List<(DateTimeOffset At, int Count)>());
            foreach (var (wait, most) in asks)
            {
                now += TimeSpan.FromMilliseconds(wait);
                (bucket, var taken) = bucket.Take(most, rate, now);
                given.Add((now, taken));
            }
            foreach (var first in given)
                Assert.True(given.Where(one => one.At >= first.At).Sum(one => one.Count) <= TokenBucket.Most(rate) + rate * (now - first.At).TotalSeconds + 1e-6);
        }, iter: 500);

    [Fact]
    public void Who_comes_when_told_to_finds_a_place() => Gen.Double[0.01, 500].Sample(rate =>
    {
        var (empty, _) = new TokenBucket(1, Noon).Take(1, rate, Noon);
        Assert.Equal(1, empty.Take(1, rate, empty.Next(rate)).Taken);
    });

    [Fact]
    public void A_clock_that_runs_behind_adds_nothing() => Assert.Equal(0, new TokenBucket(0, Noon).Take(1, 100, Noon.AddSeconds(-10)).Taken);
}
