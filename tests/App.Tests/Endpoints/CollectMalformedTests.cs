using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Endpoints;

public sealed class CollectMalformedTests(CollectHost host) : IClassFixture<CollectHost>
{
    public static TheoryData<string> Names => [.. CollectMalformed.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_malformed_request_gets_a_clear_answer_and_does_no_harm(string name)
    {
        var request = CollectMalformed.All[name];
        var reply = request.Encoding is { } encoding ? await host.PostAsync(request.Path, request.Body, ("Content-Encoding", encoding)) : await host.PostAsync(request.Path, request.Body);

        if (reply.Status == HttpStatusCode.OK)
            Assert.All(Reasons(reply), AssertClear);
        else
            AssertClear(Refusal(reply));
        Assert.Equal(CollectCall.MostCalls * (name == "a batch with too many calls" ? 1 : 0), host.TakeStored().Count);
        await AssertAllIsWellAsync();
    }

    [Fact]
    public void There_are_hundreds_of_kinds() => Assert.InRange(CollectMalformed.All.Count, 200, 2000);

    [Fact]
    public async Task A_request_that_ends_too_early_does_no_harm()
    {
        Assert.DoesNotContain("true", await TalkAsync("POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{\"batch\":[", hangUp: true), StringComparison.Ordinal);
        await AssertAllIsWellAsync();
    }

    [Theory]
    [InlineData("Content-Length: abc")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: 3\r\nContent-Length: 4")]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: nonsense")]
    public async Task A_request_that_breaks_the_rules_of_HTTP_does_no_harm(string header)
    {
        Assert.StartsWith("HTTP/1.1 400", await TalkAsync($"POST /v1/batch HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n{{}}"), StringComparison.Ordinal);
        await AssertAllIsWellAsync();
    }

    [Fact]
    public async Task A_broken_chunk_is_refused_in_JSON()
    {
        var answer = await TalkAsync("POST /v1/batch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("""{"success":false,"error":"The request is incomplete or breaks the rules of HTTP."}""", answer, StringComparison.Ordinal);
        await AssertAllIsWellAsync();
    }

    private async Task AssertAllIsWellAsync()
    {
        var reply = await host.PostAsync("/v1/batch", """{"batch":[{"type":"track","messageId":"well","userId":"u1","event":"E"}]}""");
        Assert.Equal((HttpStatusCode.OK, """{"success":true}"""), (reply.Status, reply.Body));
        Assert.Equal("well", Assert.Single(host.TakeStored()).MessageId);
    }

    private static IEnumerable<string> Reasons(CollectReply reply)
    {
        Assert.InRange(reply.Json.GetProperty("rejectedCount").GetInt32(), 1, int.MaxValue);
        return reply.Json.GetProperty("rejected").EnumerateArray().Select(rejection => rejection.GetProperty("reason").GetString()!);
    }

    private static string Refusal(CollectReply reply)
    {
        Assert.True(reply.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType, $"Answered with {reply.Status}.");
        Assert.Equal(JsonValueKind.False, reply.Json.GetProperty("success").ValueKind);
        return reply.Json.GetProperty("error").GetString()!;
    }

    private static void AssertClear(string reason)
    {
        Assert.InRange(reason.Length, 10, 120);
        Assert.EndsWith(".", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", reason, StringComparison.Ordinal);
    }

    private async Task<string> TalkAsync(string request, bool hangUp = false)
    {
        var ct = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), ct);
        if (hangUp) client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        try
        {
            return await reader.ReadToEndAsync(ct);
        }
        catch (IOException) when (hangUp)
        {
            return ""; // cut off without a word, as a request without an end may be
        }
    }
}
