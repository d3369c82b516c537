using System.Text;

namespace MarketingAutomation.Collect;

public class MappingReaderTests
{
    [Fact]
    public void A_mapping_says_how_to_read_the_file_and_which_calls_to_make()
    {
        var (mapping, problems) = Read("""
            { "$schema": "mapping.json", "format": "csv", "delimiter": ";", "header": false, "skipLines": 2, "columns": ["id", "date", "sum"],
              "emit": [
                { "type": "identify", "anonymousId": "shop-{id}", "traits": { "tags": ["old"], "address": { "city": "{sum}" } }, "when": "id" },
                { "type": "track", "event": "Order Completed", "userId": "{id}", "timestamp": { "column": "date", "format": "yyyyMMdd", "zone": "Europe/London" },
                  "properties": { "revenue": { "column": "sum", "as": "number" }, "gift": false } } ] }
            """);
        Assert.Empty(problems);
        Assert.Equal((MappingFormat.Csv, ';', false, 2), (mapping!.Format, mapping.Delimiter, mapping.Header, mapping.SkipLines));
        Assert.Equal(["id", "date", "sum"], mapping.Columns);
        Assert.Equal(["date", "id", "sum"], mapping.Uses);
        Assert.Equal([EmitType.Identify, EmitType.Track], mapping.Emit.Select(emit => emit.Type));
        Assert.Equal("Europe/London", mapping.Emit[1].Timestamp!.Zone!.Id);
    }

    [Fact]
    public void Tables_have_a_header_and_commas_where_nothing_is_said()
    {
        var mapping = Read("""{ "format": "csv", "emit": [{ "type": "identify", "userId": "{id}" }] }""").Mapping!;
        Assert.Equal((true, ',', 0), (mapping.Header, mapping.Delimiter, mapping.SkipLines));
        Assert.Null(mapping.Columns);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_its_place() => Assert.Equal(
        [
            "m.json $.heder: is not a property here; known are $schema, format, header, delimiter, skipLines, columns, emit",
            "m.json $.format: must be csv or columns or ndjson or segment",
            "m.json $.delimiter: must be one character such as \";\" or \"\\t\"",
            "m.json $.skipLines: must be a whole number, at least 0",
            "m.json $.emit[0].type: is missing: write identify or track",
            "m.json $.emit[0].userId: is missing: say whose row it is, by userId or anonymousId",
            "m.json $.emit[1].traits: belongs to identify; track has properties",
            "m.json $.emit[1].event: is missing: name the event",
            "m.json $.emit[1].userId: has a { without its }; write {{ for a brace that is text",
            "m.json $.emit[1].timestamp.colum: is not a property here; known are column, format, zone",
            "m.json $.emit[1].timestamp.column: is missing: name the column with the time",
            "m.json $.emit[1].timestamp.format: does not say year, month and day (MM is the month, mm the minute)",
            "m.json $.emit[1].properties.a.as: must be text or number or boolean",
            "m.json $.emit[1].properties.b[1].c: has a } without its {; write }} for a brace that is text",
            "m.json $.emit[2].event: belongs to track",
            "m.json $.emit[2].timestamp.zone: is not an IANA time zone such as Europe/London",
            "m.json $.emit[3]: must be an object",
        ],
        Read("""
            { "format": "xlsx", "heder": true, "delimiter": "ab", "skipLines": -1,
              "emit": [
                { },
                { "type": "track", "userId": "{id", "traits": {}, "timestamp": { "colum": "date", "format": "yyyymmdd" }, "properties": { "a": { "column": "x", "as": "date" }, "b": [1, { "c": "}" }] } },
                { "type": "identify", "event": "x", "userId": "{id}", "timestamp": { "column": "date", "zone": "London" } },
                7 ] }
            """).Problems.Select(problem => problem.ToString()));

    [Theory]
    [InlineData("[]", "m.json: must be a JSON object")]
    [InlineData("{\n nonsense }", "m.json (line 2): is not JSON")]
    [InlineData("""{ "format": "segment", "format": "csv" }""", "m.json: writes a property twice: keep one")]
    [InlineData("""{ "format": "csv", "emit": [] }""", "m.json $.emit: must be a list of at least one call to make of each row")]
    [InlineData("""{ "format": "segment", "emit": [] }""", "m.json $.emit: must be left out: lines of format segment are calls already")]
    [InlineData("""{ "format": "segment", "header": true }""", "m.json $.header: is only for format csv or columns")]
    [InlineData("""{ "format": "columns", "delimiter": ";", "emit": [{ "type": "identify", "userId": "{id}" }] }""", "m.json $.delimiter: is only for format csv")]
    [InlineData("""{ "format": "csv", "header": false, "emit": [{ "type": "identify", "userId": "{id}" }] }""", "m.json $.columns: is missing: without a header the columns must be named")]
    [InlineData("""{ "format": "csv", "columns": ["a", "a"], "emit": [{ "type": "identify", "userId": "{a}" }] }""", "m.json $.columns: names \"a\" more than once")]
    [InlineData("""{ "format": "csv", "columns": ["a"], "emit": [{ "type": "identify", "userId": "{id}" }] }""", "m.json $.columns: has no column \"id\", which emit uses")]
    [InlineData("""{ "format": "csv", "emit": [{ "type": "track", "event": "e", "userId": "{id}" }] }""", "m.json $.emit[0].timestamp: is missing: say when it happened")]
    [InlineData("""{ "format": "csv", "emit": [{ "type": "identify", "userId": 7 }] }""", "m.json $.emit[0].userId: must be text")]
    [InlineData("""{ "format": "csv", "emit": [{ "type": "identify", "userId": "{}" }] }""", "m.json $.emit[0].userId: names no column between its braces")]
    public void A_single_mistake_is_the_only_problem(string json, string problem)
    {
        var (mapping, problems) = Read(json);
        Assert.Null(mapping);
        Assert.Equal(problem, Assert.Single(problems).ToString());
    }

    [Fact]
    public void Whatever_is_in_the_file_is_a_mapping_or_a_problem() => Gen.Char["{}[]\":,abtnul10 format"].Array[0, 60].Sample(text =>
    {
        var (mapping, problems) = Read(new string(text));
        return (mapping is null) == (problems.Count > 0);
    });

    private static (Mapping? Mapping, IReadOnlyList<Problem> Problems) Read(string json) => MappingReader.Read("m.json", Encoding.UTF8.GetBytes(json));
}
