namespace MarketingAutomation.Segments;

/// <summary>The bounds of a test that has nothing else, in millionths as tallies keep numbers: comparing whole numbers is many times faster than comparing decimals.</summary>
/// <param name="Least">Included.</param>
/// <param name="Most">Included.</param>
internal readonly record struct Bounds(Int128 Least, Int128 Most)
{
    // Beyond every sum of numbers that tallies take.
    private const decimal Beyond = 1e21m;

    public static readonly Int128 One = 1_000_000;

    public bool Hold(Int128 micros) => micros >= Least && micros <= Most;

    public static Bounds Of(decimal? atLeast, decimal? atMost, decimal? greaterThan, decimal? lessThan) => new(
        Max(atLeast is { } low ? Micros(low, decimal.Ceiling) : Int128.MinValue, greaterThan is { } above ? Micros(above, decimal.Floor) + 1 : Int128.MinValue),
        Min(atMost is { } high ? Micros(high, decimal.Floor) : Int128.MaxValue, lessThan is { } below ? Micros(below, decimal.Ceiling) - 1 : Int128.MaxValue));

    private static Int128 Micros(decimal bound, Func<decimal, decimal> round) => Math.Abs(bound) >= Beyond ? (Int128)bound * One : (Int128)round(bound * 1_000_000);

    private static Int128 Max(Int128 one, Int128 other) => one > other ? one : other;

    private static Int128 Min(Int128 one, Int128 other) => one < other ? one : other;
}
