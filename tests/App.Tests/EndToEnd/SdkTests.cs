namespace MarketingAutomation.EndToEnd;

/// <summary>The SDKs that shops have on their servers, each against a server of ours.</summary>
[Collection("SDKs")]
public sealed class SdkTests : IDisposable
{
    private const string WriteKey = "shop-key";

    private static readonly Dictionary<string, string> OnlyThatKey = new() { ["MARKETING_WRITE_KEYS"] = WriteKey };

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public SdkTests() => PeerShop.WriteConfig(scratch.Config);

    public static TheoryData<string> Sdks => ["segment-node", "segment-node-legacy", "rudder-node", "dittofeed-node"];

    public void Dispose() => scratch.Dispose();

    [Theory, MemberData(nameof(Sdks))]
    public async Task Everything_an_SDK_flushes_is_in_the_profile_once_and_the_message_is_written(string sdk)
    {
        await using var server = await ServeProcess.StartAsync(scratch.Data, scratch.Config, ct);

        await SendAsync(sdk, server, PeerShop.Calls(views: 400));

        await PeerShop.AssertProfileAsync(scratch.Data, views: 400, ct);
    }

    [Theory, MemberData(nameof(Sdks))]
    public async Task An_SDK_with_a_wrong_write_key_is_told_so_and_with_the_right_one_everything_arrives(string sdk)
    {
        await using var server = new ServeProcess(scratch.Data, scratch.Config, OnlyThatKey);
        await server.StartAsync(ct);

        Assert.NotEqual(0, await Peers.SendAsync(sdk, server.PublicUrl, "another-key", PeerShop.Calls(views: 40), ct));
        using (var data = new DataFolder(scratch.Data))
        {
            await data.QuietAsync(ct);
            Assert.Empty(await data.CustomersAsync(ct));
        }

        await SendAsync(sdk, server, PeerShop.Calls(views: 40));
        await PeerShop.AssertProfileAsync(scratch.Data, views: 40, ct);
    }

    [Theory, InlineData("segment-node"), InlineData("dittofeed-node")] // the others refuse it themselves
    public async Task An_oversized_event_is_left_out_of_its_batch_and_the_others_arrive(string sdk)
    {
        await using var server = await ServeProcess.StartAsync(scratch.Data, scratch.Config, ct);
        var calls = PeerShop.Calls(views: 40).ToList();
        calls.Insert(calls.Count / 2, PeerShop.View(99, PeerShop.UserId, description: new('x', 40 * 1024)));

        await SendAsync(sdk, server, calls);

        await PeerShop.AssertProfileAsync(scratch.Data, views: 40, ct);
    }

    [Fact]
    public async Task What_an_SDK_sends_again_because_the_server_was_killed_before_it_could_answer_counts_once()
    {
        await using var server = await ServeProcess.StartAsync(scratch.Data, scratch.Config, ct);
        await using var wire = new LossyWire(server.Port);

        wire.Lose();
        var sending = Peers.SendAsync("segment-node", wire.Address, WriteKey, PeerShop.Calls(views: 60), ct);
        await Task.WhenAny(wire.Lost, sending).WaitAsync(ct);
        await server.KillAsync();
        wire.Mend();
        await server.StartAsync(ct);

        Assert.Equal(0, await sending);
        Assert.True(wire.Lost.IsCompleted);
        await SendAsync("segment-node", server, []);
        await PeerShop.AssertProfileAsync(scratch.Data, views: 60, ct);
    }

    // The calls, and then the order.
    private async Task SendAsync(string sdk, ServeProcess server, IEnumerable<PeerCall> calls)
    {
        Assert.Equal(0, await Peers.SendAsync(sdk, server.PublicUrl, WriteKey, calls, ct));
        Assert.Equal(0, await Peers.SendAsync(sdk, server.PublicUrl, WriteKey, [PeerShop.Order], ct));
    }
}
