using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MarketingAutomation.Simulation;

/// <summary>A row of lots that follows from its name alone: the same on every machine, and whatever else is drawn meanwhile.</summary>
/// <remarks>SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014), begun at a hash of the name. Only sums and products, whose last bits are the same everywhere.</remarks>
internal sealed class Draw(params ReadOnlySpan<string> name)
{
    private ulong state = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(Hash.Id(name))));

    /// <returns>A fraction in [0, 1), evenly.</returns>
    public double Fraction()
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1ul << 53));
    }

    /// <param name="probability">A fraction of 1; at 1 or more always, at 0 or less never.</param>
    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>A whole number, both ends included.</summary>
    public int Number(int from, int to) => from + (int)(Fraction() * (to - from + 1));

    public T One<T>(IReadOnlyList<T> of) => of[Number(0, of.Count - 1)];

    /// <summary>One of several, each as often as its weight says.</summary>
    /// <param name="of">At least one has a weight above 0.</param>
    public T Weighted<T>(IReadOnlyList<T> of, Func<T, double> weight)
    {
        var rest = Fraction() * of.Sum(weight);
        foreach (var one in of)
            if ((rest -= weight(one)) < 0) return one;
        return of[^1]; // rounding left a last bit over
    }

    /// <summary>A span between two others, evenly, in whole milliseconds.</summary>
    public TimeSpan Span(TimeSpan from, TimeSpan to) => Between(from, to, Fraction());

    /// <summary>A span between two others that is mostly short: half of them lie in the first eighth.</summary>
    public TimeSpan MostlyShort(TimeSpan from, TimeSpan to)
    {
        var part = Fraction();
        return Between(from, to, part * part * part);
    }

    private static TimeSpan Between(TimeSpan from, TimeSpan to, double part) => TimeSpan.FromMilliseconds((long)((from + (to - from) * part).TotalMilliseconds));
}
