using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Segments;

/// <summary>What is kept of the events one rule looks at: the least that answers it at every instant from now on, however late others arrive.</summary>
/// <remarks>Which parts are used, and how, is the business of <see cref="Counting"/> and <see cref="Sequences"/>. Never dependent on the order of arrival.</remarks>
[JsonConverter(typeof(TallyConverter))]
public sealed record Tally(long Count, Int128 Sum, ImmutableArray<long> Times, ImmutableArray<long> Numbers, ImmutableArray<string> Texts)
{
    public static readonly Tally None = new(0, 0, [], [], []);

    public bool IsNothing => Count == 0 && Sum == 0 && Times.Length == 0 && Numbers.Length == 0 && Texts.Length == 0;
}
