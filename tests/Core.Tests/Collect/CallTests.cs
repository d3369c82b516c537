using System.Text.Json;

namespace MarketingAutomation.Collect;

public class CallTests
{
    [Fact]
    public void A_track_call_becomes_an_event_with_everything_it_said()
    {
        var tracked = Sent.Accepted<CustomerEvent.Tracked>("""
            {"type":"track","messageId":"m1","userId":"u1","anonymousId":"a1","event":"Order Completed","properties":{"revenue":22.50},"context":{"ip":"203.0.113.7"},
             "timestamp":"2026-11-22T11:59:58Z","sentAt":"2026-11-22T11:59:59Z","integrations":{"All":true},"email":"unknown fields are ignored"}
            """);

        Assert.Equal(("m1", "u1", "a1", "Order Completed"), (tracked.MessageId, tracked.UserId, tracked.AnonymousId, tracked.Event));
        Assert.Equal("""{"revenue":22.50}""", tracked.Properties.GetRawText());
        Assert.Equal("""{"ip":"203.0.113.7"}""", tracked.Context.GetRawText());
        Assert.Equal((Sent.Noon.AddSeconds(-1), Sent.Noon, false), (tracked.At, tracked.ReceivedAt, tracked.FromFuture));
        Assert.Equal((Sent.Noon.AddSeconds(-2), Sent.Noon.AddSeconds(-1)), (tracked.OriginalTimestamp, tracked.SentAt));
    }

    [Fact]
    public void Null_counts_as_absent_everywhere()
    {
        var tracked = Sent.Accepted<CustomerEvent.Tracked>("""
            {"type":"track","messageId":"m1","userId":null,"anonymousId":"a1","event":"E","properties":null,"context":null,"timestamp":null,"originalTimestamp":null,"sentAt":null}
            """);

        Assert.Null(tracked.UserId);
        Assert.Equal((JsonValueKind.Undefined, JsonValueKind.Undefined), (tracked.Properties.ValueKind, tracked.Context.ValueKind));
        Assert.Equal((Sent.Noon, null, null), (tracked.At, tracked.OriginalTimestamp, tracked.SentAt));
    }

    [Theory]
    [InlineData("12345", "12345")]
    [InlineData("1.5", "1.5")]
    [InlineData("\"Ünï-用户\"", "Ünï-用户")]
    [InlineData("\"\\u0075-1\"", "u-1")]
    public void An_id_may_be_a_number_or_any_text(string json, string id) =>
        Assert.Equal(id, Sent.Accepted($$"""{"type":"identify","userId":{{json}}}""").UserId);

    [Theory]
    [InlineData("""{"type":"track","event":"E"}""")]
    [InlineData("""{"type":"track","event":"E","userId":"undefined","anonymousId":" "}""")]
    [InlineData("""{"type":"identify","userId":0}""")]
    [InlineData("""{"type":"identify","userId":true}""")]
    [InlineData("""{"type":"identify","userId":"","traits":{"email":"a@example.com"}}""")]
    public void A_call_that_names_nobody_is_refused(string call) =>
        Assert.Equal("The call has neither a userId nor an anonymousId that names somebody.", Sent.ReasonFor(call));

    [Fact]
    public void A_junk_userId_beside_a_good_anonymousId_leaves_the_event_with_the_anonymous_customer()
    {
        var identified = Sent.Accepted("""{"type":"identify","userId":"undefined","anonymousId":"a1"}""");
        Assert.Equal((null, "a1"), (identified.UserId, identified.AnonymousId));
    }

    [Theory]
    [InlineData("\"track\"", "")]
    [InlineData("\"track\"", ",\"event\":null")]
    [InlineData("\"track\"", ",\"event\":\"\"")]
    [InlineData("\"track\"", ",\"event\":\"  \"")]
    public void A_track_call_needs_an_event(string type, string rest) =>
        Assert.Equal("The call has no event, the name of what happened.", Sent.ReasonFor($$"""{"type":{{type}},"userId":"u1"{{rest}}}"""));

    [Theory]
    [InlineData("""{"userId":"u1"}""")]
    [InlineData("""{"type":null,"userId":"u1"}""")]
    [InlineData("""{"type":7,"userId":"u1"}""")]
    [InlineData("""{"type":"Track","userId":"u1","event":"E"}""")]
    [InlineData("""{"type":"delete","userId":"u1"}""")]
    public void A_call_in_a_batch_says_its_type(string call) =>
        Assert.Equal("The type is none of identify, track, page, screen, group and alias.", Sent.ReasonFor(call));

    [Theory]
    [InlineData("""{"type":"track","userId":{"id":1},"event":"E"}""", "The userId must be a text or a number.")]
    [InlineData("""{"type":"track","userId":["u1"],"event":"E"}""", "The userId must be a text or a number.")]
    [InlineData("""{"type":"track","userId":"u\u0000","event":"E"}""", "The userId holds a NUL character.")]
    [InlineData("""{"type":"track","anonymousId":"\u0000a","event":"E"}""", "The anonymousId holds a NUL character.")]
    [InlineData("""{"type":"track","userId":"u1","event":["E"]}""", "The event must be a text.")]
    [InlineData("""{"type":"track","userId":"u1","event":"E","properties":[1]}""", "The properties must be an object.")]
    [InlineData("""{"type":"track","userId":"u1","event":"E","properties":"x"}""", "The properties must be an object.")]
    [InlineData("""{"type":"identify","userId":"u1","traits":1}""", "The traits must be an object.")]
    [InlineData("""{"type":"group","userId":"u1","groupId":"g1","traits":false}""", "The traits must be an object.")]
    [InlineData("""{"type":"identify","userId":"u1","context":"web"}""", "The context must be an object.")]
    [InlineData("""{"type":"page","userId":"u1","name":5}""", "The name must be a text.")]
    [InlineData("""{"type":"screen","userId":"u1","category":{}}""", "The category must be a text.")]
    [InlineData("""{"type":"track","userId":"u1","event":"\ud83d"}""", "The call holds half a character (a lone surrogate).")]
    [InlineData("""{"type":"track","userId":"u1","event":"E","properties":{"\udc00":1}}""", "The call holds half a character (a lone surrogate).")]
    [InlineData("17", "The call is not an object.")]
    [InlineData("null", "The call is not an object.")]
    [InlineData("[]", "The call is not an object.")]
    public void A_part_of_the_wrong_kind_refuses_the_call(string call, string reason) => Assert.Equal(reason, Sent.ReasonFor(call));

    [Theory]
    [InlineData("timestamp", "\"yesterday\"")]
    [InlineData("timestamp", "\"\"")]
    [InlineData("timestamp", "\"2026-02-30T00:00:00Z\"")]
    [InlineData("timestamp", "\"11/22/2026\"")]
    [InlineData("timestamp", "1795357104935")]
    [InlineData("timestamp", "{}")]
    [InlineData("originalTimestamp", "\"NaN\"")]
    [InlineData("sentAt", "\"10000-01-01T00:00:00Z\"")]
    public void A_time_that_cannot_be_read_refuses_the_call(string name, string time) =>
        Assert.StartsWith($"The {name} is not a time in ISO 8601", Sent.ReasonFor($$"""{"type":"track","userId":"u1","event":"E","{{name}}":{{time}}}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"timestamp\":\"1969-12-31T23:59:59Z\"")]
    [InlineData("\"timestamp\":\"0001-01-01T00:00:00Z\"")]
    [InlineData("\"timestamp\":\"1980-01-01T00:00:00Z\",\"sentAt\":\"9999-12-31T23:59:59Z\"")]
    public void A_time_before_1970_refuses_the_call(string times) =>
        Assert.Equal("The call's time is before 1970.", Sent.ReasonFor($$"""{"type":"track","userId":"u1","event":"E",{{times}}}"""));

    [Fact]
    public void A_device_whose_clock_starts_in_1970_is_corrected_and_not_refused() =>
        Assert.Equal(Sent.Noon.AddSeconds(-10), Sent.Accepted("""{"type":"track","userId":"u1","event":"E","timestamp":"1969-12-31T23:59:55Z","sentAt":"1970-01-01T00:00:05Z"}""").At);

    [Fact]
    public void A_time_far_in_the_future_becomes_now_and_is_marked()
    {
        var tracked = Sent.Accepted("""{"type":"track","userId":"u1","event":"E","timestamp":"9999-12-31T23:59:59Z"}""");
        Assert.Equal((Sent.Noon, true), (tracked.At, tracked.FromFuture));
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void A_messageId_has_fewer_than_100_characters(int length, bool accepted)
    {
        var taken = Sent.Batch($$"""{"type":"track","userId":"u1","event":"E","messageId":"{{new string('m', length)}}"}""");
        Assert.Equal(accepted, taken.Accepted.Count == 1);
        Assert.All(taken.Rejected, rejection => Assert.Equal(new(0, null, "The messageId has 100 characters or more."), rejection));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"undefined\"")]
    [InlineData("0")]
    public void A_junk_messageId_counts_as_missing_because_it_would_make_many_events_one(string json) =>
        Assert.StartsWith("hash-", Sent.Accepted($$"""{"type":"track","userId":"u1","event":"E","messageId":{{json}}}""").MessageId, StringComparison.Ordinal);

    [Fact]
    public void A_refused_call_is_named_by_its_place_and_its_messageId() =>
        Assert.Equal([new(1, "m2", "The properties must be an object.")], Sent.Batch(
            """{"type":"track","userId":"u1","event":"E","messageId":"m1"}""",
            """{"type":"track","userId":"u1","event":"E","messageId":"m2","properties":[]}""",
            """{"type":"track","userId":"u1","event":"E","messageId":"m3"}""").Rejected);

    [Theory]
    [InlineData("""{"type":"page","userId":"u1","name":"Home","category":"Docs","properties":{"url":"/"}}""", """{"url":"/","name":"Home","category":"Docs"}""")]
    [InlineData("""{"type":"page","userId":"u1","name":"Home","properties":{"name":"Old","url":"/"}}""", """{"name":"Home","url":"/"}""")]
    [InlineData("""{"type":"page","userId":"u1","name":"Home","properties":{"name":"Home","url":"/"}}""", """{"name":"Home","url":"/"}""")]
    [InlineData("""{"type":"screen","userId":"u1","name":"<主页>"}""", """{"name":"<主页>"}""")]
    [InlineData("""{"type":"screen","userId":"u1","name":"","category":null,"properties":{"a":1}}""", """{"a":1}""")]
    public void A_page_or_screen_has_its_name_and_category_among_its_properties(string call, string properties)
    {
        var viewed = Sent.Accepted<CustomerEvent.Viewed>(call);
        Assert.Equal(properties, viewed.Properties.GetRawText());
        Assert.Equal(call.Contains("screen", StringComparison.Ordinal), viewed.Screen);
    }

    [Theory]
    [InlineData(""","traits":{"a":1},"context":{"traits":{"a":2}}""", """{"a":1}""")]
    [InlineData(""","traits":{},"context":{"traits":{"a":2}}""", "{}")]
    [InlineData(""","context":{"traits":{"a":2}}""", """{"a":2}""")]
    [InlineData(""","traits":null,"context":{"traits":{"a":2}}""", """{"a":2}""")]
    public void An_identify_takes_the_traits_of_its_context_only_where_it_has_none_itself(string rest, string traits) =>
        Assert.Equal(traits, Sent.Accepted<CustomerEvent.Identified>($$"""{"type":"identify","userId":"u1"{{rest}}}""").Traits.GetRawText());

    [Fact]
    public void An_identify_without_any_traits_is_accepted() =>
        Assert.Equal(JsonValueKind.Undefined, Sent.Accepted<CustomerEvent.Identified>("""{"type":"identify","userId":"u1","context":{"traits":[]}}""").Traits.ValueKind);

    [Fact]
    public void A_group_carries_its_id_and_traits()
    {
        var grouped = Sent.Accepted<CustomerEvent.Grouped>("""{"type":"group","userId":"u1","groupId":77,"traits":{"name":"Initech"}}""");
        Assert.Equal(("77", """{"name":"Initech"}"""), (grouped.GroupId, grouped.Traits.GetRawText()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"groupId\":null")]
    [InlineData(",\"groupId\":\"undefined\"")]
    public void A_group_needs_a_groupId(string rest) =>
        Assert.Equal("The group has no groupId that names a group.", Sent.ReasonFor($$"""{"type":"group","userId":"u1"{{rest}}}"""));

    [Theory]
    [InlineData("""{"type":"alias","userId":"u1","previousId":"a1"}""", "a1")]
    [InlineData("""{"type":"alias","userId":"u1","anonymousId":"a2"}""", "a2")]
    [InlineData("""{"type":"alias","userId":"u1","anonymousId":"a2","previousId":"a1"}""", "a1")]
    [InlineData("""{"type":"alias","userId":"u1","previousId":"u1"}""", "u1")]
    public void An_alias_says_who_the_customer_was_and_may_say_nothing_new(string call, string previous) =>
        Assert.Equal(previous, Sent.Accepted<CustomerEvent.Aliased>(call).PreviousId);

    [Theory]
    [InlineData("""{"type":"alias","previousId":"a1","anonymousId":"a1"}""", "The alias has no userId that names somebody.")]
    [InlineData("""{"type":"alias","userId":"null","previousId":"a1"}""", "The alias has no userId that names somebody.")]
    [InlineData("""{"type":"alias","userId":"u1"}""", "The alias has neither a previousId nor an anonymousId that names somebody.")]
    [InlineData("""{"type":"alias","userId":"u1","previousId":"guest"}""", "The alias has neither a previousId nor an anonymousId that names somebody.")]
    public void An_alias_needs_both_ids(string call, string reason) => Assert.Equal(reason, Sent.ReasonFor(call));

    [Fact]
    public void Of_two_properties_with_the_same_name_the_last_counts() =>
        Assert.Equal("u2", Sent.Accepted("""{"type":"identify","userId":"u1","userId":"u2"}""").UserId);

    [Fact]
    public void A_property_name_may_be_written_with_escapes() =>
        Assert.Equal("u1", Sent.Accepted("""{"type":"identify","user\u0049d":"u1"}""").UserId);
}
