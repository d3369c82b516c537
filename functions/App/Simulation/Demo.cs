using MarketingAutomation.Channels;
using MarketingAutomation.Commands;
using MarketingAutomation.Reports;

namespace MarketingAutomation.Simulation;

/// <param name="Folder">A fresh or an earlier demo's data folder.</param>
/// <param name="Config">Folder with segments, journeys, messages and policy.json.</param>
/// <param name="Customers">How many people come by the shop, at least 1.</param>
/// <param name="PublicUrl">Where the links in messages lead.</param>
internal sealed record DemoOptions(string Folder, string Config, int Seed, int Customers, Uri PublicUrl);

/// <param name="Events">What the shop's website sent; what came back from messages is not among it.</param>
/// <param name="Messages">How many were sent.</param>
internal sealed record DemoResult(Report Report, int Events, int Messages);

/// <summary>Fills a data folder with the past of a made-up shop by running it through the real pipeline. The same seed, size and end give the same report, byte for byte.</summary>
internal static class Demo
{
    /// <summary>How much past a demo has.</summary>
    public static readonly TimeSpan Past = TimeSpan.FromDays(90);

    /// <param name="end">UTC; the past ends here.</param>
    /// <param name="progress">Told the instants the clock comes to.</param>
    /// <exception cref="CommandFault">The folder or the config cannot be used.</exception>
    public static async Task<DemoResult> RunAsync(DemoOptions options, DateTimeOffset end, ILoggerFactory logs, Action<DateTimeOffset>? progress, CancellationToken ct)
    {
        _ = ConfigFiles.Load(options.Config, 1, new([], [], options.PublicUrl)); // says what is wrong with it before anything is cleared away
        using var only = DemoFolder.Take(options.Folder);
        var shop = ShopGenerator.Generate(options.Seed, options.Customers, end - Past, end);
        var clock = new VirtualClock(end - Past);
        var channel = new OverheardChannel(new FileChannel(DemoFolder.OutboxOf(options.Folder), clock));
        await using var node = await Node.OpenAsync(
            new(options.Folder, options.PublicUrl, Durable: false, Seed: options.Seed),
            (deployment, version) => ConfigFiles.Load(options.Config, version, deployment),
            channel, clock, logs, ct);

        await ReplayAsync(options.Seed, shop, node, clock, channel, end, progress, ct);
        return new(await ReportCommand.BuildAsync(node.Store, node.Catalog, new ReportQuery(end), ct), shop.Events.Count, channel.Count);
    }

    /// <summary>Lets the shop's past happen on a node, and people answer what the node sends them.</summary>
    /// <param name="clock">The node's.</param>
    /// <param name="channel">The node's.</param>
    public static async Task ReplayAsync(int seed, Shop shop, Node node, VirtualClock clock, OverheardChannel channel, DateTimeOffset end, Action<DateTimeOffset>? progress, CancellationToken ct)
    {
        var replay = new Replay(node, clock);
        await node.Broadcasts.PlanAsync(ct);
        channel.Sent += new Recipients(seed, shop, node, replay).Receive;
        await replay.RunAsync(shop.Events, end, progress, ct);
    }
}
