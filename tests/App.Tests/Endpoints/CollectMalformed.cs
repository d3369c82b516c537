using System.Text;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Endpoints;

/// <summary>Requests such as broken programs, broken networks and attackers send, by what is wrong with them.</summary>
internal static class CollectMalformed
{
    public sealed record Request(string Path, byte[] Body, string? Encoding = null);

    private const string Good = """{"batch":[{"type":"track","messageId":"m1","userId":"u1","event":"Größe","properties":{"a":[1,{"b":"ü"}]}}],"sentAt":"2026-11-22T12:00:00Z"}""";

    public static readonly IReadOnlyDictionary<string, Request> All = new (string Name, Request Request)[][]
    {
        [.. Truncated()], [.. BrokenJson()], [.. WrongBodies()], [.. WrongParts()], [.. AbsurdDates()], [.. Nobody()], [.. TooLarge()], [.. TooDeep()], [.. OtherEncodings()], [.. BrokenCompression()],
    }.SelectMany(cases => cases).ToDictionary(each => each.Name, each => each.Request, StringComparer.Ordinal);

    private static IEnumerable<(string, Request)> Truncated() =>
        from length in Enumerable.Range(0, Bytes(Good).Length).Where(length => length % 4 == 0)
        select ($"a batch cut after {length} bytes", Batch(Bytes(Good)[..length]));

    private static IEnumerable<(string, Request)> BrokenJson() =>
        from json in new[]
        {
            "{'batch':[]}", "{batch:[]}", """{"batch":[],}""", """{"batch":[{},]}""", """{"batch":[]}{"batch":[]}""", """{"batch":[]} x""", """{"batch":[] /* c */}""", "// c\n{\"batch\":[]}",
            """{"batch":[NaN]}""", """{"batch":[Infinity]}""", """{"batch":[-Infinity]}""", """{"batch":[undefined]}""", """{"batch":[+1]}""", """{"batch":[01]}""", """{"batch":[0x1F]}""", """{"batch":[1.]}""", """{"batch":[.5]}""", """{"batch":[1e]}""",
            """{"batch":[True]}""", """{"batch":[nul]}""", """{"batch":["\x41"]}""", """{"batch":["\u12"]}""", """{"batch":["\u{41}"]}""", "{\"batch\":[\"a\nb\"]}", "{\"batch\":[\"a\tb\"]}", "{\"batch\":[\"a\0b\"]}", "\0", "\0{\"batch\":[]}", "{\"batch\":[]}\0",
            """{"batch" []}""", """{"batch":}""", """{"batch":[}""", """{"batch":]}""", """{:[]}""", "{]", "[", "]", "}", "\"", ",", ":", " ", "\r\n", "batch", "<batch/>", "batch=%7B%7D&x=1", "%7B%22batch%22%3A%5B%5D%7D", "eyJiYXRjaCI6W119", "--x\r\nContent-Disposition: form-data; name=\"batch\"\r\n\r\n[]\r\n--x--",
        }
        select ($"broken JSON {Shown(json)}", Batch(Bytes(json)));

    private static IEnumerable<(string, Request)> WrongBodies() =>
        from json in new[]
        {
            "null", "true", "0", "\"batch\"", "[]", "[{\"type\":\"track\"}]", "{}", """{"batch":null}""", """{"batch":{}}""", """{"batch":"[]"}""", """{"batch":7}""", """{"Batch":[]}""", """{"type":"track","userId":"u1","event":"E"}""",
            """{"batch":[],"context":[]}""", """{"batch":[],"context":"\udead"}""", """{"batch":[],"sentAt":"\udead"}""",
        }
        select ($"a body that is no batch {Shown(json)}", Batch(Bytes(json)));

    private static IEnumerable<(string, Request)> WrongParts() =>
        from part in new (string Type, string Name, string[] Values)[]
        {
            ("track", "type", ["null", "1", "{}", "[]", "\"Track\"", "\"tracks\"", "\"\"", "\"$track\""]),
            ("track", "userId", ["{}", "[]", "[\"u1\"]", "{\"id\":1}", "\"u\\u0000\"", "\"\\ud800\""]),
            ("identify", "anonymousId", ["{}", "[1]", "\"\\u0000\""]),
            ("track", "messageId", ["{}", "[]", "\"\\u0000m\"", $"\"{new string('m', 100)}\"", new string('1', 100)]),
            ("track", "event", ["null", "1", "{}", "[]", "true", "\"\"", "\" \"", "\"a\\u0000\"", "\"\\udfff\""]),
            ("track", "properties", ["1", "\"{}\"", "[]", "true", "{\"a\":\"\\ud800\"}", "{\"\\ud800\":1}"]),
            ("identify", "traits", ["0", "\"\"", "[]", "false"]),
            ("group", "traits", ["0", "[{}]"]),
            ("group", "groupId", ["null", "{}", "[]", "\"\"", "\"undefined\"", "false", "\"g\\u0000\""]),
            ("alias", "previousId", ["null", "{}", "[]", "\"guest\"", "\"\\u0000\""]),
            ("page", "name", ["1", "{}", "[]", "true"]),
            ("screen", "category", ["1", "{}", "[]", "true"]),
            ("track", "context", ["1", "\"web\"", "[]", "true"]),
        }
        from value in part.Values
        select ($"{part.Type} with {part.Name} {Shown(value)}", One(Call(part.Type, part.Name, value)));

    private static IEnumerable<(string, Request)> AbsurdDates() =>
        from name in new[] { "timestamp", "originalTimestamp", "sentAt" }
        from value in new[]
        {
            "\"\"", "\"now\"", "\"Invalid Date\"", "\"2026\"", "\"2026-02-30T00:00:00Z\"", "\"2026-00-10T00:00:00Z\"", "\"2026-11-22T24:00:01Z\"", "\"2026-11-22T12:61:00Z\"", "\"+012026-11-22T12:00:00Z\"", "\"-000001-01-01T00:00:00Z\"",
            "\"Sun, 22 Nov 2026 12:00:00 GMT\"", "1795357104935", "1.5", "true", "{}", "[\"2026-11-22\"]", "\"2026-11-22T12:00:00\\u0000Z\"",
        }
        select ($"{name} {value}", One(Call("track", name, value)));

    private static IEnumerable<(string, Request)> Nobody() =>
        from junk in JunkIds.Texts.Order(StringComparer.Ordinal).Concat(["", " ", "\t"])
        select ($"userId {Shown(junk)}", One($$"""{"type":"track","event":"E","userId":{{System.Text.Json.JsonSerializer.Serialize(junk)}}}"""));

    private static IEnumerable<(string, Request)> TooLarge() =>
    [
        ("a body one byte over the limit", Batch(Bytes("""{"batch":[]}""".PadRight(CollectCall.MostBodyBytes + 1)))),
        ("a body of 5 MB", Batch(Bytes("""{"batch":[]}""".PadRight(5_000_000)))),
        ("a call over its limit", One(Call("track", "properties", $$$"""{"a":"{{{new string('x', CollectCall.MostCallBytes)}}}"}"""))),
        ("a single call over its limit", new("/v1/track", Bytes(Call("track", "properties", $$$"""{"a":"{{{new string('x', CollectCall.MostCallBytes)}}}"}""")))),
        ("a batch with too many calls", Batch(Bytes($$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"type":"track","userId":"u1","event":"E"}""", CollectCall.MostCalls + 1))}}]}"""))),
        ("a batch of a hundred thousand numbers", Batch(Bytes($$"""{"batch":[{{string.Join(',', Enumerable.Repeat("1", 100_000))}}]}"""))),
        ("a batch with a large context", Batch(Bytes($$$"""{"batch":[],"context":{"a":"{{{new string('x', CollectCall.MostSharedContextBytes)}}}"}}"""))),
    ];

    private static IEnumerable<(string, Request)> TooDeep() =>
        from levels in new[] { 33, 64, 65, 1000, 8000 }
        from nested in new[] { (Name: "arrays", Open: "[", Close: "]"), (Name: "objects", Open: "{\"a\":", Close: "}") }
        let properties = $$$"""{"a":{{{string.Concat(Enumerable.Repeat(nested.Open, levels))}}}1{{{string.Concat(Enumerable.Repeat(nested.Close, levels))}}}}"""
        where properties.Length < CollectCall.MostCallBytes * 2
        from request in new[] { One(Call("track", "properties", properties)), new Request("/v1/track", Bytes(Call("track", "properties", properties))) }
        select ($"{levels} {nested.Name} inside each other to {request.Path}", request);

    private static IEnumerable<(string, Request)> OtherEncodings()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1 })
            yield return ($"text in {encoding.WebName}", Batch(encoding.GetBytes(Good)));
        yield return ("text in UTF-16 with a byte order mark", Batch([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Good)]));
        foreach (var (name, bytes) in new (string, byte[])[]
        {
            ("an overlong slash", [0xC0, 0xAF]), ("a lone continuation", [0x80]), ("half a letter", [0xE4, 0xB8]), ("a surrogate", [0xED, 0xA0, 0x80]), ("more than Unicode", [0xF4, 0x90, 0x80, 0x80]), ("0xFF", [0xFF]), ("a letter of GBK", [0xC4, 0xE3]),
        })
            yield return ($"UTF-8 with {name}", Batch([.. "{\"batch\":[{\"type\":\"track\",\"userId\":\""u8, .. bytes, .. "\",\"event\":\"E\"}]}"u8]));
    }

    private static IEnumerable<(string, Request)> BrokenCompression()
    {
        foreach (var encoding in new[] { "zstd", "compress", "br", "gzip, gzip", "gzip,br", "aes128gcm", "utf-8", "*", "gzip2" })
            yield return ($"Content-Encoding {encoding}", Batch(Bytes(Good), encoding));
        foreach (var encoding in new[] { "gzip", "deflate" })
        {
            var packed = CollectPacked.As(encoding, Good);
            yield return ($"plain text called {encoding}", Batch(Bytes(Good), encoding));
            yield return ($"{encoding} that unpacks to 20 MB", Batch(CollectPacked.As(encoding, new byte[20_000_000]), encoding));
            yield return ($"{encoding} inside {encoding}", Batch(CollectPacked.As(encoding, packed), encoding));
            yield return ($"{encoding} of nothing", Batch(CollectPacked.As(encoding, ""), encoding));
            yield return ($"no bytes called {encoding}", Batch([], encoding));
            foreach (var cut in new[] { 1, 2, 5, 9, 17, 40, 60, 80, 100 })
                yield return ($"{encoding} cut after {cut} bytes", Batch(packed[..cut], encoding));
            yield return ($"{encoding} with a wrong checksum", Batch([.. packed[..^6], (byte)~packed[^6], .. packed[^5..]], encoding));
            yield return ($"{encoding} not called so", Batch(packed));
        }
        yield return ("random bytes called gzip", Batch([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xDE, 0xAD, 0xBE, 0xEF], "gzip"));
    }

    private static Request One(string call) => Batch(Bytes($$"""{"batch":[{{call}}]}"""));

    private static Request Batch(byte[] body, string? encoding = null) => new("/v1/batch", body, encoding);

    private static string Call(string type, string name, string value)
    {
        var parts = new OrderedDictionary<string, string> { ["type"] = $"\"{type}\"", ["userId"] = "\"u1\"", ["event"] = "\"E\"", ["groupId"] = "\"g1\"", ["previousId"] = "\"a1\"", [name] = value };
        return $$"""{{{string.Join(',', parts.Select(part => $"\"{part.Key}\":{part.Value}"))}}}""";
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Shown(string text) => Uri.EscapeDataString(text.Length > 60 ? text[..60] + "…" : text);
}
