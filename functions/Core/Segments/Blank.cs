using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>What segments say of a customer of whom nothing is known yet, worked out once, so that a new customer costs what it touches.</summary>
/// <param name="Holding">Segments that such a customer is in.</param>
/// <param name="Personal">Segments that depend on who it is: sticky draws, and segments that ask for those.</param>
public sealed record Blank(IReadOnlyList<string> Holding, IReadOnlyList<string> Personal)
{
    internal static Blank Of(Catalog catalog)
    {
        var nobody = new Customer(new CustomerKey("00-nobody"));
        List<string> personal = [];
        foreach (var id in catalog.Rules.SegmentsInOrder)
        {
            if (Rules.Nodes(catalog.Segments[id].When).Any(node => node is Condition.Bucket || (node is Condition.InSegment other && personal.Contains(other.Segment)))) personal.Add(id);
            else if (Answer.Of(catalog.Segments[id].When, nobody, catalog, DateTimeOffset.MinValue).Holds)
                nobody = nobody with { Segments = nobody.Segments.Add(id, DateTimeOffset.MinValue) };
        }
        return new([.. nobody.Segments.Keys], personal);
    }
}
