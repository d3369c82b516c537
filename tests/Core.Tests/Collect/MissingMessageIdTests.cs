namespace MarketingAutomation.Collect;

public class MissingMessageIdTests
{
    [Fact]
    public void A_call_sent_again_later_keeps_its_messageId() =>
        Assert.Equal(IdOf("""{"type":"track","userId":"u1","event":"E","sentAt":"2026-11-22T10:00:00Z"}"""), IdOf("""{"type":"track","userId":"u1","event":"E","sentAt":"2026-11-22T10:00:30Z"}"""));

    [Fact]
    public void Another_batch_around_it_changes_nothing() =>
        Assert.Equal(IdOf("""{"type":"track","userId":"u1","event":"E"}"""), Assert.IsType<CollectResult.Taken>(Sent.Body(
            """{"sentAt":"2026-11-22T10:00:00Z","context":{"a":1},"batch":[{"type":"track","userId":"u1","event":"E"}]}""")).Accepted[0].MessageId);

    [Theory]
    [InlineData("""{"type":"track","userId":"u2","event":"E"}""")]
    [InlineData("""{"type":"track","userId":"u1","event":"F"}""")]
    [InlineData("""{"type":"track","userId":"u1","event":"E","timestamp":"2026-11-22T10:00:00Z"}""")]
    [InlineData("""{"type":"track","userId":"u1","event":"E","properties":{"sentAt":"2026-11-22T10:00:00Z"}}""")]
    [InlineData("""{"type":"screen","userId":"u1","event":"E"}""")]
    public void Another_call_gets_another_messageId(string other) => Assert.NotEqual(IdOf("""{"type":"track","userId":"u1","event":"E"}"""), IdOf(other));

    [Fact]
    public void The_same_body_sent_to_another_path_is_another_call()
    {
        const string body = """{"userId":"u1","name":"Home"}""";
        Assert.NotEqual(IdOf(Sent.Body(body, CallType.Page)), IdOf(Sent.Body(body, CallType.Screen)));
    }

    [Fact]
    public void It_fits_where_a_messageId_fits() => Assert.Matches("^hash-[a-z2-7]{32}$", IdOf("""{"type":"track","userId":"u1","event":"E"}"""));

    private static string IdOf(string call) => Sent.Accepted(call).MessageId;

    private static string IdOf(CollectResult result) => Assert.Single(Assert.IsType<CollectResult.Taken>(result).Accepted).MessageId;
}
