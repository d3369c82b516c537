using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Simulation;

/// <summary>A shop whose past has been replayed on a node, with every message it sent and when.</summary>
public sealed class PlayedShop : IAsyncLifetime
{
    private const int Seed = 3, Shoppers = 90;

    private static readonly DateTimeOffset End = new(2026, 5, 4, 3, 0, 0, TimeSpan.Zero), Start = End - Demo.Past;

    private readonly ScratchFolder scratch = new();
    private readonly List<(OutgoingMessage Message, DateTimeOffset At)> messages = [];

    internal Node Node { get; private set; } = null!;

    internal Shop Shop { get; } = ShopGenerator.Generate(Seed, Shoppers, Start, End);

    internal IReadOnlyList<(OutgoingMessage Message, DateTimeOffset At)> Messages => messages;

    internal IReadOnlyList<Fact> Facts { get; private set; } = [];

    internal Report Report { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var clock = new VirtualClock(Start);
        var channel = new OverheardChannel(new RecordingChannel());
        channel.Sent += message => { lock (messages) messages.Add((message, clock.GetUtcNow())); };
        Node = await Node.OpenAsync(
            new(scratch.Path, new("http://localhost:7071"), Durable: false, Seed: Seed),
            (deployment, version) => ConfigFiles.Load(Path.Combine(SharedFolder.Repository, "functions", "config"), version, deployment),
            channel, clock, NullLoggerFactory.Instance, ct);
        await Demo.ReplayAsync(Seed, Shop, Node, clock, channel, End, null, ct);
        Facts = [.. (await FactRows.ReadAsync(Node.Store, null, null, null, ct).ToListAsync(ct)).SelectMany(facts => facts)];
        Report = await ReportCommand.BuildAsync(Node.Store, Node.Catalog, new ReportQuery(End), ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        scratch.Dispose();
    }
}
