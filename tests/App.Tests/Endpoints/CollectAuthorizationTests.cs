using System.Net;

namespace MarketingAutomation.Endpoints;

public sealed class CollectAuthorizationTests : IAsyncLifetime
{
    private readonly CollectHost host = new() { WriteKeys = new HashSet<string> { "other", "key" } };

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("Basic a2V5Og==", "")] // key:
    [InlineData("Basic a2V5", "")] // key
    [InlineData("basic a2V5OnB3", "")] // key:pw
    [InlineData("key", "")]
    [InlineData(null, """ ,"writeKey":"key" """)]
    [InlineData("Bearer token", """ ,"writeKey":"key" """)]
    public async Task A_write_key_is_found_wherever_an_SDK_puts_it(string? authorization, string rest)
    {
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(authorization, rest)).Status);
        Assert.Single(host.TakeStored());
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("Basic", "")]
    [InlineData("Basic !!!", "")]
    [InlineData("Basic bm9ib2R5OmtleQ==", "")] // nobody:key
    [InlineData("Basic a2V5IDo=", "")] // key with a blank
    [InlineData("Bearer key", "")]
    [InlineData("KEY", "")]
    [InlineData(null, """ ,"writeKey":null """)]
    [InlineData(null, """ ,"writeKey":["key"] """)]
    [InlineData(null, """ ,"writeKey":"ke" """)]
    [InlineData(null, """ ,"writeKey":"\ud800" """)]
    public async Task Without_a_known_write_key_nothing_is_stored(string? authorization, string rest)
    {
        var reply = await PostAsync(authorization, rest);
        Assert.Equal((HttpStatusCode.Unauthorized, """{"success":false,"error":"The write key is missing or unknown."}"""), (reply.Status, reply.Body));
        Assert.Empty(host.TakeStored());
    }

    [Fact]
    public async Task The_browsers_SDK_learns_where_to_send()
    {
        using var known = new HttpRequestMessage(HttpMethod.Get, "/v1/projects/key/settings");
        using var unknown = new HttpRequestMessage(HttpMethod.Get, "/v1/projects/nokey/settings");

        Assert.Equal("""{"integrations":{"Segment.io":{"apiKey":"key","apiHost":"events.example.com/in/v1","protocol":"https"}},"metrics":{"sampleRate":0}}""", (await host.SendAsync(known)).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(unknown)).Status);
    }

    private Task<CollectReply> PostAsync(string? authorization, string rest) => authorization is null
        ? host.PostAsync("/v1/batch", $$"""{"batch":[{"type":"track","userId":"u1","event":"E"}]{{rest}}}""")
        : host.PostAsync("/v1/batch", $$"""{"batch":[{"type":"track","userId":"u1","event":"E"}]{{rest}}}""", ("Authorization", authorization));
}
