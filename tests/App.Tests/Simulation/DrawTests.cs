namespace MarketingAutomation.Simulation;

public class DrawTests
{
    // Guards every demo ever shown: a change of the generator changes all of them.
    [Fact]
    public void The_same_name_draws_the_same_lots_for_ever()
    {
        var draw = new Draw("shopper", "1", "1");
        Assert.Equal([20, 14, 83, 37, 20], Enumerable.Range(0, 5).Select(_ => draw.Number(1, 100)));
    }

    [Fact]
    public void Another_name_draws_other_lots() =>
        Assert.NotEqual(new Draw("ab", "c").Fraction(), new Draw("a", "bc").Fraction());

    [Fact]
    public void Numbers_and_spans_lie_between_their_ends() =>
        Gen.Select(Gen.String, Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample((name, from, more) =>
        {
            var draw = new Draw(name);
            TimeSpan start = TimeSpan.FromSeconds(from), end = TimeSpan.FromSeconds(from + more);
            return draw.Number(from, from + more) is var number && number >= from && number <= from + more
                && draw.Span(start, end) is var span && span >= start && span <= end
                && draw.MostlyShort(start, end) is var shorter && shorter >= start && shorter <= end;
        });

    [Fact]
    public void What_weighs_more_is_drawn_more_often_and_what_weighs_nothing_never()
    {
        var draw = new Draw("weights");
        var drawn = Enumerable.Range(0, 10_000).Select(_ => draw.Weighted([0, 1, 3], weight => weight)).CountBy(weight => weight).ToDictionary();
        Assert.False(drawn.ContainsKey(0));
        Assert.InRange(drawn[3], 7_300, 7_700);
    }

    [Fact]
    public void Half_of_the_mostly_short_spans_lie_in_the_first_eighth()
    {
        var draw = new Draw("spans");
        var spans = Enumerable.Range(0, 10_000).Select(_ => draw.MostlyShort(TimeSpan.Zero, TimeSpan.FromHours(8))).ToList();
        Assert.InRange(spans.Count(span => span < TimeSpan.FromHours(1)), 4_800, 5_200);
    }
}
