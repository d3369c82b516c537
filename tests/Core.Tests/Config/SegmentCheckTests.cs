using System.Globalization;

namespace MarketingAutomation.Config;

public class SegmentCheckTests
{
    [Fact]
    public void A_circle_is_told_once_with_the_way_round() =>
        Assert.Equal(["a → c → b → a"], Circles([("a", ["c"]), ("b", ["a"]), ("c", ["b", "d"]), ("d", [])]));

    [Fact]
    public void Two_circles_are_told_apart() =>
        Assert.Equal(["a → b → a", "c → d → c"], Circles([("a", ["b", "c"]), ("b", ["a"]), ("c", ["d"]), ("d", ["c"])]));

    [Fact]
    public void Segments_that_lead_only_onward_make_no_circle() =>
        Gen.Int[0, 7].Array[0, 12].Sample(pairs => Circles(Segments(pairs, (from, to) => from < to)) is []);

    [Fact]
    public void Whatever_leads_back_to_itself_is_found() =>
        Gen.Int[0, 7].Array[2, 20].Sample(pairs =>
        {
            var segments = Segments(pairs, (_, _) => true);
            return segments.Any(s => Reaches(segments, s.Id)) == (Circles(segments).Length > 0);
        });

    private static (string Id, string[] Of)[] Segments(int[] pairs, Func<int, int, bool> leads) =>
    [
        .. from id in Enumerable.Range(0, 8)
           select (Name(id), (from pair in pairs.Chunk(2) where pair.Length == 2 && pair[0] == id && leads(pair[0], pair[1]) select Name(pair[1])).ToArray()),
    ];

    private static string Name(int id) => id.ToString(CultureInfo.InvariantCulture);

    private static bool Reaches((string Id, string[] Of)[] segments, string start)
    {
        HashSet<string> seen = [];
        void Visit(string id)
        {
            foreach (var next in segments.Single(s => s.Id == id).Of.Where(seen.Add)) Visit(next);
        }
        Visit(start);
        return seen.Contains(start);
    }

    private static string[] Circles((string Id, string[] Of)[] segments)
    {
        var folder = ConfigFolder.Of(segments.ToDictionary(s => $"segments/{s.Id}.json", s =>
            $$"""{ "name": { "en": "Any" }, "when": { "any": [{ "event": "Any" }{{string.Concat(s.Of.Select(of => $$""", { "segment": "{{of}}" }"""))}}] } }"""));
        return [.. SegmentCheck.Check(folder).Select(finding => finding.What["goes round in a circle: ".Length..finding.What.IndexOf(';', StringComparison.Ordinal)])];
    }
}
