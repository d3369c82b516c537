using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Collect;

public class CollectCallTests
{
    private const string Good = """{"type":"track","userId":"u1","event":"E"}""";

    [Fact]
    public void A_single_call_gets_its_type_from_the_path_whatever_it_says_itself()
    {
        var taken = Assert.IsType<CollectResult.Taken>(Sent.Body("""{"type":"page","userId":"u1","event":"E","writeKey":"k"}""", CallType.Track));
        Assert.IsType<CustomerEvent.Tracked>(Assert.Single(taken.Accepted));
        Assert.Equal("k", taken.WriteKey);
    }

    [Fact]
    public void What_the_batch_says_holds_for_every_call_that_does_not_say_otherwise()
    {
        var taken = Assert.IsType<CollectResult.Taken>(Sent.Body($$$"""
            {"writeKey":"k","sentAt":"2026-11-22T11:59:50Z","context":{"ip":"203.0.113.7","locale":"de"},"timestamp":"2020-01-01T00:00:00Z","batch":[
              {{{Good}}},
              {"type":"track","userId":"u1","event":"E","timestamp":"2026-11-22T11:59:40Z","context":{"locale":"fr","os":"x"}},
              {"type":"track","userId":"u1","event":"E","timestamp":"2026-11-22T11:59:40Z","sentAt":"2026-11-22T11:59:41Z"}]}
            """));

        Assert.Equal("k", taken.WriteKey);
        Assert.Equal([0, -10, -1], taken.Accepted.Select(e => (e.At - Sent.Noon).TotalSeconds));
        Assert.Equal(["""{"ip":"203.0.113.7","locale":"de"}""", """{"ip":"203.0.113.7","locale":"fr","os":"x"}""", """{"ip":"203.0.113.7","locale":"de"}"""], taken.Accepted.Select(e => Sent.Compact(e.Context)));
    }

    [Fact]
    public void A_batch_whose_sentAt_cannot_be_read_refuses_only_the_calls_that_need_it()
    {
        var taken = Assert.IsType<CollectResult.Taken>(Sent.Body($$"""{"sentAt":"soon","batch":[{{Good}},{"type":"track","userId":"u1","event":"E","sentAt":"2026-11-22T11:59:41Z"}]}"""));
        Assert.Single(taken.Accepted);
        Assert.StartsWith("The sentAt of the batch is not a time", Assert.Single(taken.Rejected).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_batch_is_fine() => Assert.Empty(Sent.Batch().Accepted);

    [Theory]
    [InlineData("", "The body is empty.")]
    [InlineData("[]", "The body is not a JSON object.")]
    [InlineData("\"batch\"", "The body is not a JSON object.")]
    [InlineData("{}", "The body has no batch, a list of calls.")]
    [InlineData("""{"batch":null}""", "The body has no batch, a list of calls.")]
    [InlineData("""{"batch":{"0":{}}}""", "The body has no batch, a list of calls.")]
    [InlineData("""{"batch":[],"context":7}""", "The batch's context is not an object.")]
    [InlineData("""{"batch":[],"context":{"a":"\ud800"}}""", "The batch's context or sentAt holds half a character (a lone surrogate).")]
    [InlineData("{\"batch\":[\n{]}", "The body is not valid JSON, or nested more than 128 levels deep (line 2, byte 2).")]
    public void A_body_in_which_no_call_can_be_found_is_refused(string body, string problem) => Assert.Equal(problem, Sent.ProblemOf(body));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Equal(new CollectResult.Unreadable("The body is not UTF-8."), CollectCall.Read([.. "{\"batch\":[\""u8, 0xC3, 0x28, .. "\"]}"u8], null, Sent.Noon));

    [Fact]
    public void A_byte_order_mark_does_no_harm() => Assert.IsType<CollectResult.Taken>(Sent.Body("\uFEFF{\"batch\":[]}"));

    [Fact]
    public void A_refusal_never_quotes_the_body() => Assert.DoesNotContain("secret", Sent.ProblemOf("""{"batch":[secret]}"""), StringComparison.Ordinal);

    [Fact]
    public void A_body_is_read_up_to_its_limit()
    {
        Assert.IsType<CollectResult.Taken>(Sent.Body("""{"batch":[]}""".PadRight(CollectCall.MostBodyBytes)));
        Assert.Equal("The body is over 500 KB.", Sent.ProblemOf("""{"batch":[]}""".PadRight(CollectCall.MostBodyBytes + 1)));
    }

    [Theory]
    [InlineData(CollectCall.MostCallBytes, 0)]
    [InlineData(CollectCall.MostCallBytes + 1, 1)]
    public void A_call_over_its_limit_is_refused_and_the_others_are_not(int bytes, int refused)
    {
        const string before = """{"type":"track","userId":"u1","event":"E","messageId":"m2","properties":{"a":"ä""", after = "\"}}";
        var call = before + new string('x', bytes - Encoding.UTF8.GetByteCount(before + after)) + after;
        var taken = Sent.Batch(Good, call, Good);

        Assert.Equal(3 - refused, taken.Accepted.Count);
        Assert.Equal(Enumerable.Repeat(new Rejection(1, "m2", "The call is over 32 KB."), refused), taken.Rejected);
    }

    [Fact]
    public void The_surplus_of_a_batch_is_refused_call_by_call()
    {
        var taken = Sent.Batch([.. Enumerable.Repeat(Good, CollectCall.MostCalls), """{"type":"track","userId":"u1","event":"E","messageId":"last"}"""]);
        Assert.Equal(CollectCall.MostCalls, taken.Accepted.Count);
        Assert.Equal([new(CollectCall.MostCalls, "last", "The batch has more than 2500 calls.")], taken.Rejected);
    }

    [Fact]
    public void A_batch_cannot_grow_by_a_large_context_of_its_own() =>
        Assert.Equal("The batch's context is over 2 KB.", Sent.ProblemOf($$$"""{"batch":[],"context":{"a":"{{{new string('x', CollectCall.MostSharedContextBytes)}}}"}}"""));

    [Theory]
    [InlineData(CollectCall.MostDepth, true)]
    [InlineData(CollectCall.MostDepth + 1, false)]
    [InlineData(100, false)]
    public void A_call_that_is_nested_too_deeply_is_refused_and_the_others_are_not(int levels, bool accepted)
    {
        var deep = Deep(levels);
        var taken = Sent.Batch(Good, deep, Good);
        Assert.Equal(accepted ? 3 : 2, taken.Accepted.Count);
        Assert.All(taken.Rejected, rejection => Assert.Equal(new(1, null, "The call is nested more than 32 levels deep."), rejection));
        Assert.Equal(accepted ? 1 : 0, Assert.IsType<CollectResult.Taken>(Sent.Body(deep, CallType.Track)).Accepted.Count);
    }

    [Fact]
    public void A_body_that_is_nested_absurdly_is_refused_as_a_whole() =>
        Assert.StartsWith("The body is not valid JSON, or nested more than 128 levels deep", Sent.ProblemOf($$"""{"batch":[{{Deep(10_000)}}]}"""), StringComparison.Ordinal);

    [Fact]
    public void Nothing_of_an_event_hangs_on_the_buffer_it_was_read_from()
    {
        var buffer = Encoding.UTF8.GetBytes("""{"batch":[{"type":"track","userId":"u1","event":"E","properties":{"a":"b"}}],"context":{"c":"d"}}""");
        var accepted = Assert.Single(Assert.IsType<CollectResult.Taken>(CollectCall.Read(buffer, null, Sent.Noon)).Accepted);
        buffer.AsSpan().Clear();
        Assert.Equal(("""{"a":"b"}""", """{"c":"d"}"""), (accepted.Details.GetRawText(), accepted.Context.GetRawText()));
    }

    [Fact]
    public void Any_bytes_get_an_answer() =>
        Gen.Select(Gen.Byte.Array[0, 200], AnyBody.Types).Sample((bytes, type) => CollectCall.Read(bytes, type, Sent.Noon) is not null);

    [Fact]
    public void Any_damage_to_a_good_body_gets_an_answer() =>
        AnyBody.Damaged.Sample(body => CollectCall.Read(body, null, Sent.Noon) is not null);

    [Fact]
    public void Every_call_of_any_batch_is_either_accepted_or_refused() => AnyBody.Batches.Sample(body =>
    {
        using var sent = JsonDocument.Parse(body);
        var taken = Assert.IsType<CollectResult.Taken>(Sent.Body(body));
        Assert.Equal(sent.RootElement.GetProperty("batch").GetArrayLength(), taken.Accepted.Count + taken.Rejected.Count);
    });

    [Fact]
    public void Whatever_is_accepted_can_be_worked_with() => AnyBody.Batches.Sample(body =>
    {
        foreach (var accepted in Assert.IsType<CollectResult.Taken>(Sent.Body(body)).Accepted)
        {
            Assert.InRange(accepted.At, DateTimeOffset.UnixEpoch, accepted.ReceivedAt);
            Assert.InRange(accepted.MessageId.Length, 1, Call.MessageIdLimit - 1);
            Assert.True((accepted.UserId ?? accepted.AnonymousId) is { } id && !JunkIds.Contains(id));
            ReadAll(accepted.Context);
            ReadAll(accepted.Details);
        }
    });

    private static string Deep(int levels) => // the call and its properties are two of them
        $$$"""{"type":"track","userId":"u1","event":"E","properties":{"a":{{{new string('[', levels - 2)}}}{{{new string(']', levels - 2)}}}}}""";

    private static void ReadAll(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) Assert.NotNull(value.GetString());
        else if (value.ValueKind == JsonValueKind.Array) Assert.All(value.EnumerateArray(), ReadAll);
        else if (value.ValueKind == JsonValueKind.Object) Assert.All(value.EnumerateObject(), property => ReadAll(property.Value));
    }
}
