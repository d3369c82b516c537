using System.Net;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Endpoints;

public sealed class CollectEndpointsTests : IAsyncLifetime
{
    private const string Track = """{"type":"track","messageId":"m1","userId":"u1","event":"E","groupId":"g1","previousId":"a1"}""";
    private const string Batch = $$"""{"batch":[{{Track}}]}""";

    private readonly CollectHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("/v1/identify", typeof(CustomerEvent.Identified))]
    [InlineData("/v1/i", typeof(CustomerEvent.Identified))]
    [InlineData("/v1/track", typeof(CustomerEvent.Tracked))]
    [InlineData("/v1/t", typeof(CustomerEvent.Tracked))]
    [InlineData("/v1/page", typeof(CustomerEvent.Viewed))]
    [InlineData("/v1/p", typeof(CustomerEvent.Viewed))]
    [InlineData("/v1/screen", typeof(CustomerEvent.Viewed))]
    [InlineData("/v1/s", typeof(CustomerEvent.Viewed))]
    [InlineData("/v1/group", typeof(CustomerEvent.Grouped))]
    [InlineData("/v1/g", typeof(CustomerEvent.Grouped))]
    [InlineData("/v1/alias", typeof(CustomerEvent.Aliased))]
    [InlineData("/v1/a", typeof(CustomerEvent.Aliased))]
    [InlineData("/api/public/apps/identify", typeof(CustomerEvent.Identified))]
    [InlineData("/api/public/apps/track", typeof(CustomerEvent.Tracked))]
    [InlineData("/api/public/apps/page", typeof(CustomerEvent.Viewed))]
    [InlineData("/api/public/apps/screen", typeof(CustomerEvent.Viewed))]
    public async Task A_call_is_what_its_path_says(string path, Type kind)
    {
        var reply = await host.PostAsync(path, Track);

        Assert.Equal((HttpStatusCode.OK, """{"success":true}""", "application/json"), (reply.Status, reply.Body, reply.Response.Content.Headers.ContentType?.ToString()));
        Assert.IsType(kind, Assert.Single(host.TakeStored()));
    }

    [Theory]
    [InlineData("/v1/batch")]
    [InlineData("/v1/b")]
    [InlineData("/v1/import")]
    [InlineData("/api/public/apps/batch")]
    public async Task A_batch_may_be_sent_to_any_of_its_paths(string path)
    {
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(path, Batch)).Status);
        Assert.Equal(("m1", CollectHost.Noon), Assert.Single(host.TakeStored()) is var stored ? (stored.MessageId, stored.ReceivedAt) : default);
    }

    [Fact]
    public async Task A_bad_call_in_a_batch_is_reported_and_the_others_are_stored()
    {
        var reply = await host.PostAsync("/v1/batch", $$"""{"batch":[{{Track}},{"type":"track","userId":"u1","messageId":"m2"},7]}""");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("""{"success":true,"rejectedCount":2,"rejected":[{"index":1,"messageId":"m2","reason":"The call has no event, the name of what happened."},{"index":2,"reason":"The call is not an object."}]}""", reply.Body);
        Assert.Equal("m1", Assert.Single(host.TakeStored()).MessageId);
    }

    [Fact]
    public async Task A_single_bad_call_gets_its_reason_with_400()
    {
        var reply = await host.PostAsync("/v1/track", """{"userId":"u1"}""");
        Assert.Equal((HttpStatusCode.BadRequest, """{"success":false,"error":"The call has no event, the name of what happened."}"""), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task A_small_request_gets_no_endless_list_of_reasons()
    {
        var reply = await host.PostAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("1", 100_000))}}]}""");
        Assert.Equal((100_000, CollectAnswer.MostListed), (reply.Json.GetProperty("rejectedCount").GetInt32(), reply.Json.GetProperty("rejected").GetArrayLength()));
    }

    [Fact]
    public async Task An_empty_batch_stores_nothing_and_succeeds()
    {
        host.BeforeStoring = () => throw new InvalidOperationException("There is nothing to store.");
        Assert.Equal("""{"success":true}""", (await host.PostAsync("/v1/batch", """{"batch":[]}""")).Body);
    }

    [Fact]
    public async Task The_answer_waits_until_the_events_are_stored()
    {
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously), stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        host.BeforeStoring = () => { entered.SetResult(); return stored.Task; };
        var reply = host.PostAsync("/v1/batch", Batch);
        await entered.Task.WaitAsync(TestContext.Current.CancellationToken);

        stored.SetException(new IOException("The queue is gone.")); // had the answer been given before, it could not tell

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await reply).Status);
    }

    [Fact]
    public async Task When_nothing_can_be_stored_the_sender_is_asked_to_try_again()
    {
        host.BeforeStoring = () => throw new IOException("The disk is full.");
        var failed = await host.PostAsync("/v1/batch", Batch);
        host.BeforeStoring = () => Task.CompletedTask;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"success":false,"error":"The events could not be stored; send them again."}""", "5", "*"), (failed.Status, failed.Body, failed.Header("Retry-After"), failed.Header("Access-Control-Allow-Origin")));
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/v1/batch", Batch)).Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    public async Task The_body_is_JSON_whatever_its_content_type_says(string contentType) =>
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/v1/batch", Batch, ("Content-Type", contentType))).Status);

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("identity")]
    public async Task A_compressed_body_is_read(string encoding)
    {
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/v1/batch", CollectPacked.As(encoding, Batch), ("Content-Encoding", encoding))).Status);
        Assert.Single(host.TakeStored());
    }

    [Fact]
    public async Task A_body_in_chunks_of_unknown_length_is_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch") { Content = new StringContent($$"""{"batch":[{{string.Join(',', Enumerable.Repeat(Track, 2000))}}]}""") };
        request.Headers.TransferEncodingChunked = true;
        Assert.Equal("""{"success":true}""", (await host.SendAsync(request)).Body);
        Assert.Equal(2000, host.TakeStored().Count);
    }

    [Theory]
    [InlineData("/v1/track")]
    [InlineData("/v1/b")]
    [InlineData("/v1/projects/k/settings")]
    [InlineData("/api/public/apps/batch")]
    public async Task A_browser_that_asks_first_may_send(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path) { Headers = { { "Origin", "https://shop.example.com" }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization,x-retry-count" } } };
        var reply = await host.SendAsync(request);

        Assert.Equal((HttpStatusCode.NoContent, "*", "POST, GET"), (reply.Status, reply.Header("Access-Control-Allow-Origin"), reply.Header("Access-Control-Allow-Methods")));
        Assert.Equal(["authorization", "content-type", "content-encoding", "x-retry-count"], reply.Header("Access-Control-Allow-Headers")!.Split(", "));
        Assert.Equal("86400", reply.Header("Access-Control-Max-Age"));
    }

    [Fact]
    public async Task A_browser_may_read_every_answer()
    {
        Assert.Equal("*", (await host.PostAsync("/v1/batch", Batch)).Header("Access-Control-Allow-Origin"));
        Assert.Equal("*", (await host.PostAsync("/v1/batch", "{")).Header("Access-Control-Allow-Origin"));
        Assert.Equal("*", (await host.PostAsync("/v1/nothing", "{")).Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("POST", "/v1/nothing")]
    [InlineData("GET", "/v1/track")]
    [InlineData("PUT", "/v1/batch")]
    [InlineData("GET", "/v1")]
    [InlineData("POST", "/api/public/apps/group")]
    public async Task A_path_that_is_not_there_says_what_is(string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), path);
        var reply = await host.SendAsync(request);
        Assert.Equal((HttpStatusCode.NotFound, false), (reply.Status, reply.Json.GetProperty("success").GetBoolean()));
        Assert.StartsWith("There is nothing here", reply.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
