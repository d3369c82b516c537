using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Collect;

public class EventsBodyTests
{
    [Fact]
    public void Every_kind_of_event_comes_back_as_it_went()
    {
        var sent = Sent.Batch(
            """{"type":"identify","messageId":"1","userId":"u1","anonymousId":"a1","traits":{"email":"a@example.com","name":"Ann <O'Hara>"},"context":{"locale":"zh-CN"}}""",
            """{"type":"track","messageId":"2","userId":"用户","event":"下单","properties":{"revenue":22.50},"timestamp":"2026-11-22T11:00:00.1234567Z","sentAt":"2026-11-22T11:30:00Z"}""",
            """{"type":"page","messageId":"3","anonymousId":"a1","name":"Home"}""",
            """{"type":"screen","messageId":"4","anonymousId":"a1"}""",
            """{"type":"group","messageId":"5","userId":"u1","groupId":"g1","traits":{"plan":"pro"}}""",
            """{"type":"alias","messageId":"6","userId":"u1","previousId":"a1"}""",
            """{"type":"track","messageId":"7","userId":"u1","event":"E","timestamp":"2030-01-01T00:00:00Z"}""").Accepted;

        Assert.Equal(sent.Select(Told), EventsBody.Read(Assert.Single(EventsBody.Write(sent))).Select(Told));
        Assert.Equal(7, sent.Count);
    }

    [Fact]
    public void Any_events_come_back_as_they_went() => AnyBody.Batches.Sample(body =>
    {
        var sent = Assert.IsType<CollectResult.Taken>(Sent.Body(body)).Accepted;
        Assert.Equal(sent.Select(Told), EventsBody.Write(sent).SelectMany(each => EventsBody.Read(each)).Select(Told));
    });

    [Fact]
    public void Nothing_makes_no_body() => Assert.Empty(EventsBody.Write([]));

    [Fact]
    public void Many_events_are_spread_over_bodies_in_their_order()
    {
        var sent = Enumerable.Range(0, 15).SelectMany(i => Sent.Batch(Large(i)).Accepted).ToList();
        var bodies = EventsBody.Write(sent);

        Assert.Equal(3, bodies.Count); // 6 of 32 KB fit into 200 KB
        Assert.All(bodies, body => Assert.InRange(body.Length, 1, EventsBody.MostBytes));
        Assert.Equal(sent.Select(e => e.MessageId), bodies.SelectMany(body => EventsBody.Read(body)).Select(e => e.MessageId));
    }

    [Theory]
    [InlineData("<")]
    [InlineData("\\\"")]
    [InlineData("\\u0001")]
    [InlineData("用")]
    [InlineData("😀")]
    public void Even_the_most_awkward_call_that_is_accepted_fits_into_one_body(string letter)
    {
        var many = string.Concat(Enumerable.Repeat(letter, (CollectCall.MostCallBytes - 100) / Encoding.UTF8.GetByteCount(letter)));
        var sent = Sent.Accepted($$"""{"type":"track","userId":"u1","event":"{{many}}"}""");
        Assert.InRange(Assert.Single(EventsBody.Write([sent])).Length, many.Length, EventsBody.MostBytes);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[{\"type\":\"track\"}]")]
    [InlineData("[{\"type\":\"other\"}]")]
    public void A_body_of_another_kind_is_a_fault(string body) => Assert.ThrowsAny<JsonException>(() => EventsBody.Read(Encoding.UTF8.GetBytes(body)));

    private static string Large(int i) =>
        $$$"""{"type":"track","messageId":"m{{{i}}}","userId":"u1","event":"E","properties":{"a":"{{{new string('x', CollectCall.MostCallBytes - 200)}}}"}}""";

    // Records compare JSON by identity, so the parts are compared as texts.
    private static string Told(CustomerEvent e) =>
        $"{e.GetType().Name} {e.MessageId} {e.UserId} {e.AnonymousId} {e.At:O} {e.ReceivedAt:O} {e.OriginalTimestamp:O} {e.SentAt:O} {e.FromFuture} {Text(e.Context)} {e.EventName} {Text(e.Details)} {(e as CustomerEvent.Grouped)?.GroupId} {(e as CustomerEvent.Aliased)?.PreviousId}";

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "-" : value.GetRawText();
}
