using System.Globalization;
using System.Net;
using System.Text.Json;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Endpoints;

public sealed class CollectCapturesTests : IAsyncLifetime
{
    private readonly CollectHost host = new() { WriteKeys = new HashSet<string> { "WK_TEST" } };

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public Task Segments_SDK_for_Node_is_understood() => Replay("segment-analytics-node", "normal_200", """
        2026-11-22T14:18:24.935 Identified u1 - {"email":"a@example.com","name":"Ann"}
        2026-11-22T14:18:24.940 Tracked u1 Order Completed {"order_id":"o1","revenue":22.5,"currency":"USD","products":[{"product_id":"p1","sku":"S1","price":22.5,"quantity":1}]}
        2024-01-02T03:04:05.678 Tracked - Historical {}
        2026-11-22T14:18:24.941 Viewed - Page Viewed {"url":"https://x.test/","category":"Docs","name":"Home"}
        2026-11-22T14:18:24.941 Viewed u1 Screen Viewed {"name":"Main"}
        2026-11-22T14:18:24.941 Grouped u1 g1 {"name":"Initech"}
        2026-11-22T14:18:24.941 Aliased u1 an1
        """);

    [Fact]
    public Task Segments_SDK_for_browsers_is_understood() => Replay("segment-analytics-next-browser", "standard", """
        2026-11-22T14:20:59.155 Viewed - Page Viewed {"path":"/p/1","referrer":"https://ref.test/","search":"?utm_source=email&utm_medium=mail&utm_campaign=c1","title":"Shop","url":"https://shop.test/p/1?utm_source=email&utm_medium=mail&utm_campaign=c1","category":"Docs","name":"Home"}
        2026-11-22T14:20:59.247 Identified u1 - {"email":"a@example.com"}
        2026-11-22T14:20:59.254 Tracked u1 Order Completed {"order_id":"o1","revenue":22.5}
        2026-11-22T14:20:59.259 Grouped u1 g1 {"name":"Initech"}
        2026-11-22T14:20:59.264 Aliased u1 u1
        2026-11-22T14:20:59.270 Viewed u1 Screen Viewed {"name":"S"}
        """);

    [Fact]
    public Task Segments_SDK_for_browsers_in_batches_is_understood() => Replay("segment-analytics-next-browser", "batching", """
        2026-11-22T14:21:00.179 Viewed - Page Viewed {"path":"/p/1","referrer":"https://ref.test/","search":"?utm_source=email&utm_medium=mail&utm_campaign=c1","title":"Shop","url":"https://shop.test/p/1?utm_source=email&utm_medium=mail&utm_campaign=c1","category":"Docs","name":"Home"}
        2026-11-22T14:21:00.182 Identified u1 - {"email":"a@example.com"}
        2026-11-22T14:21:00.184 Tracked u1 Order Completed {"order_id":"o1","revenue":22.5}
        2026-11-22T14:21:00.187 Grouped u1 g1 {"name":"Initech"}
        2026-11-22T14:21:00.190 Aliased u1 u1
        2026-11-22T14:21:00.192 Viewed u1 Screen Viewed {"name":"S"}
        """);

    [Fact]
    public Task Segments_older_SDK_for_Node_is_understood() => Replay("legacy-analytics-node", "normal", """
        2026-11-22T14:19:51.524 Identified u1 - {"email":"a@example.com"}
        2024-01-02T03:04:05.678 Tracked - E
        2026-11-22T14:19:51.527 Aliased u1 an2
        """);

    [Fact]
    public Task RudderStacks_SDK_for_Node_is_understood_compressed_and_called_a_form() => Replay("rudder-sdk-node", "gzip_default", """
        2026-11-22T14:19:45.093 Identified u1 - {"email":"a@example.com"}
        2026-11-22T14:19:45.096 Tracked u1 Order Completed {"order_id":"o1","revenue":22.5,"currency":"USD"}
        2024-01-02T03:04:05.678 Tracked - Historical
        2024-01-02T03:04:05.678 Tracked - Hist2
        2026-11-22T14:19:45.097 Viewed - Page Viewed {"url":"https://x.test/","name":"Home","category":"Docs"}
        2026-11-22T14:19:45.097 Viewed u1 Screen Viewed {"name":"Main"}
        2026-11-22T14:19:45.097 Grouped u1 g1 {"name":"Initech"}
        2026-11-22T14:19:45.097 Aliased u1 an1
        """);

    [Fact]
    public Task RudderStacks_SDK_for_Node_is_understood_in_plain_JSON() => Replay("rudder-sdk-node", "gzip_off", """
        2026-11-22T14:19:45.624 Identified u1 - {"email":"a@example.com"}
        2026-11-22T14:19:45.625 Tracked u1 Order Completed {"order_id":"o1","revenue":22.5,"currency":"USD"}
        2024-01-02T03:04:05.678 Tracked - Historical
        2024-01-02T03:04:05.678 Tracked - Hist2
        2026-11-22T14:19:45.625 Viewed - Page Viewed {"url":"https://x.test/","name":"Home","category":"Docs"}
        2026-11-22T14:19:45.625 Viewed u1 Screen Viewed {"name":"Main"}
        2026-11-22T14:19:45.625 Grouped u1 g1 {"name":"Initech"}
        2026-11-22T14:19:45.625 Aliased u1 an1
        """);

    [Fact]
    public Task Dittofeeds_SDK_for_Node_is_understood() => Replay("dittofeed-sdk-node", "normal", """
        2026-11-22T12:00:00.000 Identified u1 - {"email":"a@example.com"}
        2026-11-22T12:00:00.000 Tracked u1 Order Completed {"order_id":"o1","revenue":22.5}
        2024-01-02T03:04:05.678 Tracked - Historical
        2026-11-22T12:00:00.000 Viewed - Page Viewed {"name":"Home"}
        2026-11-22T12:00:00.000 Viewed u1 Screen Viewed {"name":"Main"}
        2026-11-22T12:00:00.000 Tracked u1 sixth
        """);

    // Our clock shows the SDK's own time of sending, so that every event must come out with the time the SDK gave it.
    private async Task Replay(string sdk, string scenario, string expected)
    {
        List<string> told = [];
        foreach (var captured in CollectCaptures.Of(sdk, scenario))
        {
            host.Clock.AdjustTime(captured.SentAt ?? CollectHost.Noon);
            if (!captured.IsGzip) Assert.Equal(captured.RawBytes, captured.Body.Length);
            var reply = await host.PostAsync(captured.Path, captured.IsGzip ? CollectPacked.As("gzip", captured.Body) : captured.Body, captured.Headers);
            Assert.Equal((HttpStatusCode.OK, """{"success":true}"""), (reply.Status, reply.Body));
            var stored = host.TakeStored();
            Assert.Equal(captured.TextsOf("messageId"), stored.Select(e => e.MessageId));
            Assert.Equal(captured.TextsOf("anonymousId"), stored.Select(e => e.AnonymousId));
            Assert.Equal(captured.TextsOf("context"), stored.Select(e => Text(e.Context)));
            told.AddRange(stored.Select(Told));
        }
        Assert.Equal(expected.ReplaceLineEndings("\n"), string.Join('\n', told));
    }

    private static string Told(CustomerEvent e) =>
        string.Create(CultureInfo.InvariantCulture, $"{e.At:yyyy-MM-ddTHH:mm:ss.fff} {e.GetType().Name} {e.UserId ?? "-"} {Subject(e)} {Text(e.Details)}").TrimEnd();

    private static string Subject(CustomerEvent e) => e switch { CustomerEvent.Grouped grouped => grouped.GroupId, CustomerEvent.Aliased aliased => aliased.PreviousId, _ => e.EventName ?? "-" };

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? null : value.GetRawText();
}
