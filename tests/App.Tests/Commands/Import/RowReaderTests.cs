using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Commands.Import;

public sealed class RowReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("row-reader").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Rows_keep_their_line_numbers_across_blank_lines_and_line_breaks_in_quotes()
    {
        var rows = await ReadAsync(Csv, "id,name\r\n1,a\r\n\r\n2,\"b\nc\"\r\n3,d");
        Assert.Equal([2, 4, 6], rows.Select(row => row.Line));
        Assert.Equal(["a", "b\nc", "d"], rows.Select(Name));
    }

    [Fact]
    public async Task Lines_to_skip_count_as_lines()
    {
        var rows = await ReadAsync("""{ "format": "csv", "skipLines": 2, "emit": [{ "type": "identify", "userId": "{id}" }] }""", "a \"report\nof today\nid,name\n1,a\n2,b\n");
        Assert.Equal([4, 5], rows.Select(row => row.Line));
        Assert.All(rows, row => Assert.Single(row.Calls));
    }

    [Fact]
    public async Task Bad_rows_are_told_and_the_rows_behind_them_are_read()
    {
        var rows = await ReadAsync(Csv, "id,name\n1,a\n2\n3,b,c\n4,\"d\"e\n,f\n5,g\n");
        Assert.Equal([null, "has 1 columns, not 2", "has 3 columns, not 2", "has text behind a closing quote", "userId is empty", null], rows.Select(row => row.RejectReason));
        Assert.Equal("4,\"d\"e", Encoding.UTF8.GetString(rows[3].Text));
        Assert.All(rows, row => Assert.Equal(row.RejectReason is null, row.Calls.Count == 1 && row.Text is []));
    }

    [Fact]
    public async Task A_quote_inside_a_cell_is_text() => Assert.Equal(["12\" record"], (await ReadAsync(Csv, "id,name\n1,12\" record\n")).Select(Name));

    [Fact]
    public async Task A_quote_that_is_never_closed_is_told_at_the_line_where_it_opens()
    {
        var rows = await ReadAsync(Csv, "id,name\n1,a\n2,\"b\n3,c\n4,d\n");
        Assert.Equal((3, "has a quote that is never closed, and so everything behind it"), (rows[^1].Line, rows[^1].RejectReason));
        Assert.Equal(2, rows.Count);
    }

    [Fact]
    public async Task A_row_without_end_ends_the_reading_with_its_line()
    {
        var rows = await ReadAsync(Csv, $"id,name\n1,a\n2,\"b\n{new string('x', 3 * RowReader.MostRowBytes)}\n3,c\n");
        Assert.Equal(2, rows.Count);
        Assert.Equal(3, rows[1].Line);
        Assert.StartsWith("is larger than 1024 KB", rows[1].RejectReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_rejected()
    {
        var path = Path.Combine(folder, "latin1.csv");
        await File.WriteAllBytesAsync(path, Encoding.Latin1.GetBytes("id,name\n1,Zoë\n2,b\n"), Ct);
        var rows = await ReadFileAsync(Csv, path);
        Assert.Equal(["is not UTF-8", null], rows.Select(row => row.RejectReason));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_first_column() => Assert.Equal(["a"], (await ReadAsync(Csv, "\uFEFFid,name\n1,a\n")).Select(Name));

    [Fact]
    public async Task Gzip_is_known_by_its_first_bytes_whatever_the_name()
    {
        var path = Path.Combine(folder, "rows.csv");
        await File.WriteAllBytesAsync(path, Gzip("id,name\n1,a\n"), Ct);
        Assert.Equal(["a"], (await ReadFileAsync(Csv, path)).Select(Name));
    }

    [Fact]
    public async Task A_gzip_file_that_breaks_off_is_no_whole_file()
    {
        var path = Path.Combine(folder, "half.gz");
        var whole = Gzip("id,name\n" + string.Concat(Enumerable.Range(1, 50_000).Select(i => $"{i},{Hash.Id(i.ToString())}\n")));
        await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)], Ct);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadFileAsync(Csv, path));
    }

    [Fact]
    public async Task Line_endings_do_not_change_the_ids()
    {
        var unix = await ReadAsync(Csv, "id,name\n1,a\n1,a\n2,b");
        var windows = await ReadAsync(Csv, "id,name\r\n1,a\r\n1,a\r\n2,b\r\n");
        Assert.Equal(unix.Select(MessageId), windows.Select(MessageId));
        Assert.Equal(3, unix.Select(MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Columns_may_stand_between_any_blanks_and_be_named_by_the_mapping()
    {
        var mapping = """{ "format": "columns", "header": false, "columns": ["id", "name"], "emit": [{ "type": "identify", "userId": "{id}", "traits": { "name": "{name}" } }] }""";
        var rows = await ReadAsync(mapping, "  1  a\n \t \n2\tb \n3\n");
        Assert.Equal([(1, "a"), (3, "b")], rows.Take(2).Select(row => (row.Line, Name(row))));
        Assert.Equal("has 1 columns, not 2", rows[2].RejectReason);
    }

    [Fact]
    public async Task Names_in_the_mapping_win_over_the_header()
    {
        var mapping = """{ "format": "csv", "delimiter": ";", "columns": ["id", "name"], "emit": [{ "type": "identify", "userId": "{id}", "traits": { "name": "{name}" } }] }""";
        Assert.Equal(["a"], (await ReadAsync(mapping, "Kennung;Name\n1;a\n")).Select(Name));
    }

    [Fact]
    public async Task Lines_of_json_are_rows_or_calls()
    {
        var json = await ReadAsync("""{ "format": "ndjson", "emit": [{ "type": "identify", "userId": "{who.id}", "traits": { "name": "{name}" } }] }""", "{\"who\":{\"id\":1},\"name\":\"a\"}\n\nnonsense\n");
        Assert.Equal([null, "is not JSON"], json.Select(row => row.RejectReason));
        Assert.Equal((1, "a", 3), (json[0].Line, Name(json[0]), json[1].Line));
        var calls = await ReadAsync("""{ "format": "segment" }""", "{\"type\":\"identify\",\"messageId\":\"m\",\"userId\":\"1\",\"traits\":{\"name\":\"a\"}}\r\n");
        Assert.Equal(("a", "m"), (Name(calls[0]), MessageId(calls[0])));
    }

    [Fact]
    public async Task Columns_the_file_has_not_or_has_twice_are_told_at_once_before_any_row()
    {
        var path = Path.Combine(folder, "other.csv");
        await File.WriteAllTextAsync(path, "name,other,name\n", Ct);
        var (reader, problems) = await RowReader.OpenAsync(path, Mapping(Csv), Ct);
        Assert.Null(reader);
        Assert.Equal(["other.csv: has no column \"id\"; its columns are name, other, name", "other.csv: has several columns \"name\": name the columns in the mapping"], problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public async Task A_file_without_header_is_told()
    {
        var path = Path.Combine(folder, "empty.csv");
        await File.WriteAllTextAsync(path, "", Ct);
        Assert.Equal("empty.csv: has no header", Assert.Single((await RowReader.OpenAsync(path, Mapping(Csv), Ct)).Problems).ToString());
    }

    [Fact]
    public async Task All_purchases_of_the_cdnow_history_are_read()
    {
        var path = SharedFolder.FileOrSkip("data/CDNOW_master.txt");
        decimal revenue = 0, quantity = 0;
        HashSet<string> customers = [], ids = [];
        var first = default(string);
        await foreach (var row in RowsOf(await MappingFileAsync("cdnow.json"), path))
        {
            Assert.Null(row.RejectReason);
            Assert.Equal(2, row.Calls.Count); // who it is, and what was bought
            using var call = JsonDocument.Parse(row.Calls[1]);
            first ??= call.RootElement.GetProperty("timestamp").GetString();
            customers.Add(call.RootElement.GetProperty("userId").GetString()!);
            ids.Add(call.RootElement.GetProperty("messageId").GetString()!);
            revenue += call.RootElement.GetProperty("properties").GetProperty("revenue").GetDecimal();
            quantity += call.RootElement.GetProperty("properties").GetProperty("quantity").GetDecimal();
        }
        Assert.Equal((69_659, 23_570, 2_500_315.63m, 167_881m), (ids.Count, customers.Count, revenue, quantity));
        Assert.Equal("1997-01-01T00:00:00Z", first);
    }

    [Fact]
    public async Task All_order_lines_of_the_online_shop_are_read_and_those_without_customer_make_no_call()
    {
        var path = SharedFolder.FileOrSkip("data/online_retail.csv.gz");
        long rows = 0, without = 0, lastLine = 0;
        HashSet<string> calls = [];
        await foreach (var row in RowsOf(await MappingFileAsync("online-retail.json"), path))
        {
            Assert.Null(row.RejectReason);
            rows++;
            lastLine = row.Line;
            if (row.Calls is []) without++;
            foreach (var call in row.Calls) calls.Add(Hash.Text(SHA256.HashData(call), 20));
        }
        Assert.Equal((541_909, 135_080, 541_910), (rows, without, lastLine));
        Assert.Equal(2 * (541_909 - 135_080), calls.Count);
    }

    private const string Csv = """{ "format": "csv", "emit": [{ "type": "identify", "userId": "{id}", "traits": { "name": "{name}" } }] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Mapping Mapping(string json)
    {
        var (mapping, problems) = MappingReader.Read("mapping.json", Encoding.UTF8.GetBytes(json));
        Assert.Empty(problems);
        return mapping!;
    }

    private static async Task<Mapping> MappingFileAsync(string name) =>
        Mapping(await File.ReadAllTextAsync(Path.Combine(SharedFolder.Repository, "tests", "App.Tests", "Mappings", name), Ct));

    private async Task<List<ImportRow>> ReadAsync(string mapping, string text)
    {
        var path = Path.Combine(folder, "rows.txt");
        await File.WriteAllTextAsync(path, text, Ct);
        return await ReadFileAsync(mapping, path);
    }

    private static async Task<List<ImportRow>> ReadFileAsync(string mapping, string path) => await RowsOf(Mapping(mapping), path).ToListAsync(Ct);

    private static async IAsyncEnumerable<ImportRow> RowsOf(Mapping mapping, string path)
    {
        var (reader, problems) = await RowReader.OpenAsync(path, mapping, Ct);
        Assert.Empty(problems);
        await using (reader)
            await foreach (var row in reader!.ReadAsync(Ct)) yield return row;
    }

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    private static string? Name(ImportRow row) => Read(row, call => call.GetProperty("traits").GetProperty("name").GetString());

    private static string? MessageId(ImportRow row) => Read(row, call => call.GetProperty("messageId").GetString());

    private static string? Read(ImportRow row, Func<JsonElement, string?> read)
    {
        using var call = JsonDocument.Parse(row.Calls[0]);
        return read(call.RootElement);
    }
}
