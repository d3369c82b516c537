using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Collect;

public class RowMapperTests
{
    [Fact]
    public void A_row_becomes_the_calls_the_mapping_says_in_its_order()
    {
        var calls = Map("""
            { "type": "identify", "userId": "{id}", "traits": { "email": "{mail}" } },
            { "type": "track", "event": "Order {kind}", "anonymousId": "web-{id}", "userId": "{id}", "timestamp": { "column": "date", "format": "yyyyMMdd" },
              "properties": { "revenue": { "column": "sum", "as": "number" }, "gift": { "column": "gift", "as": "boolean" }, "currency": "USD", "tax": 0.2,
                "products": [{ "sku": "{sku}" }, "{sku}"], "note": "{{{sku}}}" } }
            """, ("id", " 17 "), ("mail", "a@example.test"), ("kind", "Completed"), ("date", "20261123"), ("sum", "77.00"), ("gift", "Yes"), ("sku", "X-1")).Calls;
        Assert.Equal("""{"type":"identify","messageId":"*","userId":"17","traits":{"email":"a@example.test"}}""", Text(calls[0]));
        Assert.Equal("""{"type":"track","messageId":"*","userId":"17","anonymousId":"web- 17","event":"Order Completed","timestamp":"2026-11-23T00:00:00Z","properties":{"revenue":77.00,"gift":true,"currency":"USD","tax":0.2,"products":[{"sku":"X-1"},"X-1"],"note":"{X-1}"}}""", Text(calls[1]));
    }

    [Fact]
    public void Empty_cells_are_left_out() => Assert.Equal(
        """{"type":"identify","messageId":"*","userId":"1","traits":{"n":null,"o":{},"l":[]}}""",
        Text(Map("""
            { "type": "identify", "userId": "{id}", "traits": { "a": "{e}", "b": "x {e}", "c": { "column": "e", "as": "number" }, "d": { "column": "e", "as": "boolean" }, "f": { "column": "e" }, "n": null, "o": { "a": "{e}" }, "l": ["{e}"] } }
            """, ("id", "1"), ("e", " ")).Calls.Single()));

    [Fact]
    public void A_call_is_made_only_where_its_column_is_not_empty()
    {
        const string emit = """{ "type": "identify", "when": "mail", "userId": "{id}" }""";
        Assert.Single(Map(emit, ("id", "1"), ("mail", "x")).Calls);
        var skipped = Map(emit, ("id", ""), ("mail", ""));
        Assert.Empty(skipped.Calls);
        Assert.Null(skipped.RejectReason);
    }

    [Theory]
    [InlineData("id", "", "userId is empty")]
    [InlineData("name", " ", "event is empty")]
    [InlineData("date", "", "timestamp is not written as yyyy-MM-dd")]
    [InlineData("date", "2026-02-30", "timestamp is not written as yyyy-MM-dd")]
    [InlineData("sum", "1,000.00", "column \"sum\" is not a number")]
    [InlineData("sum", "secret", "column \"sum\" is not a number")]
    [InlineData("sum", "1e99", "column \"sum\" is not a number")]
    [InlineData("gift", "maybe", "column \"gift\" is not true or false")]
    public void A_row_that_cannot_be_used_says_why_and_nothing_it_holds(string column, string value, string reason)
    {
        (string, string)[] good = [("id", "1"), ("name", "Paid"), ("date", "2026-11-23"), ("sum", "1"), ("gift", "no")];
        const string emit = """
            { "type": "track", "event": "{name}", "userId": "user-{id}", "timestamp": { "column": "date", "format": "yyyy-MM-dd" },
              "properties": { "sum": { "column": "sum", "as": "number" }, "gift": { "column": "gift", "as": "boolean" } } }
            """;
        Assert.Null(Map(emit, good).RejectReason);
        var mapped = Map(emit, [.. good.Where(cell => cell.Item1 != column), (column, value)]);
        Assert.Equal(reason, mapped.RejectReason);
        Assert.Empty(mapped.Calls);
    }

    [Fact]
    public void Identical_rows_are_two_events_and_reading_again_gives_the_same_ids() => Gen.Int[0, 3].List[0, 50].Sample(rows =>
    {
        var first = Ids(rows);
        return first.Distinct().Count() == first.Count && first.SequenceEqual(Ids(rows)) && first.TrueForAll(id => id.Length < 100);
    });

    [Fact]
    public void The_order_of_different_rows_does_not_change_their_ids() => Gen.Int[0, 5].List[0, 50].Sample(rows =>
        Ids(rows).Order(StringComparer.Ordinal).SequenceEqual(Ids([.. rows.AsEnumerable().Reverse()]).Order(StringComparer.Ordinal)));

    [Fact]
    public void Calls_of_one_row_and_equal_rows_of_another_kind_have_other_ids()
    {
        const string order = """{ "type": "track", "event": "Ordered", "userId": "{id}", "timestamp": "{date}" }""";
        const string login = """{ "type": "track", "event": "Logged In", "userId": "{id}", "timestamp": "{date}" }""";
        (string, string)[] row = [("id", "1"), ("date", "2026-11-23")];
        var ids = Map($"{order}, {order}", row).Calls.Concat(Map(login, row).Calls).Select(Id).ToList();
        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public void Every_number_arrives_as_it_was_written() => Gen.Decimal.Sample(number =>
    {
        var call = Map("""{ "type": "identify", "userId": "{id}", "traits": { "n": { "column": "n", "as": "number" } } }""", ("id", "1"), ("n", number.ToString(CultureInfo.InvariantCulture))).Calls.Single();
        using var json = JsonDocument.Parse(call);
        return json.RootElement.GetProperty("traits").GetProperty("n").GetDecimal() == number;
    });

    [Fact]
    public void Whatever_a_cell_holds_arrives_as_it_is() => Gen.String[Gen.Char.Where(c => !char.IsSurrogate(c)), 1, 20].Where(text => !string.IsNullOrWhiteSpace(text)).Sample(text =>
    {
        using var json = JsonDocument.Parse(Map("""{ "type": "identify", "userId": "u{id}", "traits": { "t": "{t}" } }""", ("id", "1"), ("t", text)).Calls.Single());
        return json.RootElement.GetProperty("traits").GetProperty("t").GetString() == text;
    });

    [Fact]
    public void Properties_of_a_json_row_are_its_columns_and_dots_lead_into_it() => Assert.Equal(
        """{"type":"identify","messageId":"*","userId":"7","traits":{"city":"Zürich","vip":true,"spent":1.50,"a.b":"x","tags":"[1,2]"}}""",
        Text(MapLine(
            """{ "format": "ndjson", "emit": [{ "type": "identify", "userId": "{who.id}", "traits": { "city": "{address.city}", "vip": { "column": "vip", "as": "boolean" }, "spent": { "column": "spent", "as": "number" }, "a.b": "{a.b}", "tags": "{tags}", "gone": "{who.none.at.all}", "nil": "{nil}" } }] }""",
            """{ "who": { "id": 7 }, "address": { "city": "Zürich" }, "vip": true, "spent": 1.50, "a.b": "x", "a": { "b": "y" }, "tags": [1,2], "nil": null }""").Calls.Single()));

    [Theory]
    [InlineData("nonsense", "is not JSON")]
    [InlineData("[{}]", "is not a JSON object")]
    [InlineData("{ \"id\": \"\\ud83d\" }", "has half a character")]
    [InlineData("{}", "userId is empty")]
    public void A_json_row_that_cannot_be_used_says_why(string line, string reason) =>
        Assert.Equal(reason, MapLine("""{ "format": "ndjson", "emit": [{ "type": "identify", "userId": "{id}" }] }""", line).RejectReason);

    [Fact]
    public void Calls_are_passed_on_byte_for_byte()
    {
        const string line = """{ "type": "track",  "messageId": "m1", "event": "Ordered \u00e9", "userId": "1" }""";
        Assert.Equal(line, Encoding.UTF8.GetString(MapLine("""{ "format": "segment" }""", line).Calls.Single()));
    }

    [Fact]
    public void Calls_without_messageId_get_one_that_tells_identical_lines_apart()
    {
        using var mapper = new RowMapper(Mapping("""{ "format": "segment" }"""));
        var line = """{"type":"track","messageId":null,"event":"Ordered","userId":"1"}"""u8.ToArray();
        byte[] first = mapper.Map(line).Calls.Single(), second = mapper.Map(line).Calls.Single();
        Assert.Equal("""{"messageId":"*","type":"track","event":"Ordered","userId":"1"}""", Text(first));
        Assert.NotEqual(Id(first), Id(second));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_rejected()
    {
        using var mapper = new RowMapper(Mapping("""{ "format": "segment" }"""));
        Assert.Equal("is not UTF-8", mapper.Map(new byte[] { 0x7b, 0xff, 0x7d }).RejectReason);
    }

    private static MappedRow Map(string emit, params (string Column, string Value)[] cells)
    {
        using var mapper = new RowMapper(Mapping($$"""{ "format": "csv", "emit": [{{emit}}] }"""));
        return mapper.Map("row"u8, column => cells.Single(cell => cell.Column == column).Value);
    }

    private static MappedRow MapLine(string mapping, string line)
    {
        using var mapper = new RowMapper(Mapping(mapping));
        return mapper.Map(Encoding.UTF8.GetBytes(line));
    }

    private static List<string> Ids(List<int> rows)
    {
        using var mapper = new RowMapper(Mapping("""{ "format": "csv", "emit": [{ "type": "identify", "userId": "{id}" }] }"""));
        return [.. rows.Select(row => Id(mapper.Map(Encoding.UTF8.GetBytes($"row {row}"), _ => "1").Calls.Single()))];
    }

    private static Mapping Mapping(string json)
    {
        var (mapping, problems) = MappingReader.Read("m.json", Encoding.UTF8.GetBytes(json));
        Assert.Empty(problems);
        return mapping!;
    }

    private static string Id(byte[] call)
    {
        using var json = JsonDocument.Parse(call);
        return json.RootElement.GetProperty("messageId").GetString()!;
    }

    private static string Text(byte[] call) => Encoding.UTF8.GetString(call).Replace(Id(call), "*", StringComparison.Ordinal);
}
