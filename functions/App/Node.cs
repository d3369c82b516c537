using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Handlers;
using MarketingAutomation.Storage;

namespace MarketingAutomation;

/// <summary>Everything that runs without Azure, wired in flow order around one data folder.</summary>
internal sealed class Node : IDisposable
{
    private static readonly TimeSpan SafetyWake = TimeSpan.FromMinutes(1);

    private readonly SqliteFile file;
    private readonly GatedChannel gated;

    private Node(SqliteFile file, SqliteBus bus, IPartitionStore store, Catalog catalog, IChannel channel, TimeProvider clock, ILoggerFactory logs)
    {
        this.file = file;
        (Bus, Store, Catalog, Clock) = (bus, store, catalog, clock);
        var suppressions = new Suppressions(store, catalog.Deployment, clock);
        Customers = new CustomerStore(store, catalog, clock, new Quarantine(store, logs.CreateLogger<Quarantine>()));
        Effects = new EffectRunner(store, bus, suppressions);
        gated = new GatedChannel(channel, catalog.Policy.SendingRates, store, clock, logs.CreateLogger<GatedChannel>());
        var work = new CustomerWork(Effects, bus, clock, logs.CreateLogger<CustomerWork>());
        Pump = new Pump(
            bus,
            new EventsHandler(work, Customers, catalog),
            new WakesHandler(work, Customers),
            new DeliveriesHandler(work, Customers, suppressions, gated, bus, clock),
            logs.CreateLogger<Pump>());
    }

    public SqliteBus Bus { get; }

    public IPartitionStore Store { get; }

    public Catalog Catalog { get; }

    public TimeProvider Clock { get; }

    public CustomerStore Customers { get; }

    public EffectRunner Effects { get; }

    public Pump Pump { get; }

    /// <summary>Opens a data folder, makes it where there is none, and publishes the config to it.</summary>
    /// <param name="readCatalog">Reads the config for this deployment; asked once.</param>
    public static async Task<Node> OpenAsync(NodeOptions options, Func<Deployment, long, Catalog> readCatalog, IChannel channel, TimeProvider clock, ILoggerFactory logs, CancellationToken ct)
    {
        Directory.CreateDirectory(options.Folder);
        var file = new SqliteFile(Path.Combine(options.Folder, "marketing.db"), options.Durable);
        try
        {
            var store = new SqlitePartitionStore(file);
            var deployment = await Deployments.OpenAsync(store, options, ct);
            var catalog = await Catalogs.PublishAsync(store, version => readCatalog(deployment, version), ct);
            return new(file, new SqliteBus(file, clock), store, catalog, channel, clock, logs);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes events in; they are safe when this returns.</summary>
    public Task AcceptAsync(IReadOnlyList<CustomerEvent> events, CancellationToken ct) =>
        Bus.SendAsync(Queue.Events, [.. EventsBody.Write(events).Select(body => new BusMessage(body))], ct);

    /// <summary>Decides at once, not behind a backlog, and runs what follows.</summary>
    public async Task<Customer> DecideNowAsync(CustomerKey customer, Input input, CancellationToken ct)
    {
        // No queue brings this input back if we die half-way: a wake left beforehand finds the commit's effects and runs them.
        var due = Clock.GetUtcNow() + SafetyWake;
        await Bus.SendAsync(Queue.Wakes, [new(new Nudge.Wake(customer, due).ToBody(), due)], ct);
        var decided = await Customers.DecideAsync(customer, [input], ct);
        await Effects.RunAsync(decided.Todos, ct);
        return decided.Customer;
    }

    public void Dispose()
    {
        Pump.Dispose();
        gated.Dispose();
        file.Dispose();
    }
}

/// <param name="Folder">Holds the database; made where missing.</param>
/// <param name="PublicUrl">Where customers reach us.</param>
/// <param name="Durable">False for scratch data: faster, and lost when the machine stops.</param>
/// <param name="Seed">Makes keys that are the same in every run, for replays; random ones where null.</param>
internal sealed record NodeOptions(string Folder, Uri PublicUrl, bool Durable = true, int? Seed = null);
