using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>No segment asks, by way of others, for itself.</summary>
public static class SegmentCheck
{
    public static IEnumerable<Finding> Check(ConfigFolder folder) =>
        from segment in folder.Segments.Values
        let loop = Loop(folder, segment.Id)
        where loop.Count > 0
        let place = References(folder, segment.Id).First(part => ((Condition.InSegment)part.Value).Segment == loop[1])
        select place.At("segment", $"goes round in a circle: {string.Join(" → ", loop)}; take one of these references out");

    /// <summary>The shortest way from a segment back to itself past later names only, so that each circle is told once, at its first name; empty where there is none.</summary>
    private static List<string> Loop(ConfigFolder folder, string start)
    {
        var from = new Dictionary<string, string>(StringComparer.Ordinal);
        var next = new Queue<string>([start]);
        while (next.TryDequeue(out var at))
        {
            foreach (var to in References(folder, at).Select(part => ((Condition.InSegment)part.Value).Segment))
            {
                if (to == start) return Way(from, start, at);
                if (string.CompareOrdinal(to, start) > 0 && from.TryAdd(to, at)) next.Enqueue(to);
            }
        }
        return [];
    }

    private static List<string> Way(Dictionary<string, string> from, string start, string last)
    {
        List<string> way = [start];
        for (var at = last; at != start; at = from[at]) way.Insert(0, at);
        return [start, .. way];
    }

    private static IEnumerable<Part> References(ConfigFolder folder, string segment) =>
        folder.Segments.TryGetValue(segment, out var file) ? file.Parts.Where(part => part.Value is Condition.InSegment) : [];
}
