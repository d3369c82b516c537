using MarketingAutomation.Broadcasts;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Controls;
using MarketingAutomation.Customers;
using MarketingAutomation.Handlers;
using MarketingAutomation.Hooks;
using MarketingAutomation.Receptions;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation;

/// <summary>Everything that decides and delivers, wired in flow order around one storage and one bus.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan SafetyWake = TimeSpan.FromMinutes(1);

    private readonly Stores stores;
    private readonly GatedChannel gated;
    private readonly Retries retries;

    private Node(Stores stores, Catalog catalog, IChannel channel, TimeProvider clock, ILoggerFactory logs, Random? chance)
    {
        (this.stores, Catalog, Clock) = (stores, catalog, clock);
        retries = new Retries(clock, chance);
        var quarantine = new Quarantine(Store, logs.CreateLogger<Quarantine>());
        var suppressions = new Suppressions(Store, catalog.Deployment, clock);
        Customers = new CustomerStore(Store, catalog, clock, quarantine);
        Effects = new EffectRunner(Store, Bus, suppressions);
        Rebuilds = new Rebuilds(Store, Bus);
        gated = new GatedChannel(channel, catalog.Policy.SendingRates, Store, clock, logs.CreateLogger<GatedChannel>());
        Controls = new ControlDesk(Store, Bus, clock);
        var controls = new ControlStore(Store, clock);
        var waiting = new WaitingDeliveries(Store, Bus, controls, catalog.Rules.IsBroadcast, gated.Name);
        Broadcasts = new BroadcastPlans(Store, Bus, catalog, clock, logs.CreateLogger<BroadcastPlans>());
        var work = new CustomerWork(Effects, Bus, quarantine, clock, retries, logs.CreateLogger<CustomerWork>());
        var deliveries = new DeliveriesHandler(work, Customers, new(suppressions, new CalledBack(Store), new StandingControls(controls, clock), gated, clock), gated, Bus, clock, retries, waiting);
        Batches = new Batches(
            new EventsHandler(work, Customers, catalog, retries),
            new WakesHandler(work, Customers, retries),
            deliveries,
            new BroadcastsHandler(Store, Customers, Effects, Bus, Broadcasts, deliveries, catalog, work, clock, retries),
            new RebuildsHandler(Store, Customers, Effects, Rebuilds, catalog, work),
            clock,
            logs.CreateLogger<Batches>());
        Pump = new Pump(Bus, Batches, clock, logs.CreateLogger<Pump>());
        var pauses = new AutoPauses(new(Store, clock), Controls, catalog.Policy.AutoPause, logs.CreateLogger<AutoPauses>());
        Sweep = new Sweep(Store, Bus, clock, logs.CreateLogger<Sweep>(), [waiting.LookAsync, pauses.RunAsync, Broadcasts.RepairAsync]); // whoever lifted a stop may have died before it let go what waits
    }

    public IPartitionStore Store => stores.Store;

    public IBus Bus => stores.Bus;

    public Catalog Catalog { get; }

    public TimeProvider Clock { get; }

    public CustomerStore Customers { get; }

    public EffectRunner Effects { get; }

    public Batches Batches { get; }

    public ControlDesk Controls { get; }

    public Rebuilds Rebuilds { get; }

    public BroadcastPlans Broadcasts { get; }

    public Pump Pump { get; }

    public Sweep Sweep { get; }

    /// <summary>Opens storage and bus, makes them where there are none, and publishes the config to them.</summary>
    /// <param name="readCatalog">Reads the config for this deployment; asked once.</param>
    public static async Task<Node> OpenAsync(NodeOptions options, Func<Deployment, long, Catalog> readCatalog, IChannel channel, TimeProvider clock, ILoggerFactory logs, CancellationToken ct) =>
        await OpenAsync(Stores.Open(options, clock, logs), options, readCatalog, channel, clock, logs, ct);

    /// <param name="stores">Closed with the node, also where it cannot be opened.</param>
    /// <param name="chance">Spreads pauses (<see cref="Retries"/>).</param>
    public static async Task<Node> OpenAsync(Stores stores, NodeOptions options, Func<Deployment, long, Catalog> readCatalog, IChannel channel, TimeProvider clock, ILoggerFactory logs, CancellationToken ct, Random? chance = null)
    {
        try
        {
            var deployment = await Deployments.OpenAsync(stores.Store, options, ct);
            var catalog = await Catalogs.PublishAsync(stores.Store, version => readCatalog(deployment, version), ct);
            return new(stores, catalog, channel, clock, logs, chance);
        }
        catch
        {
            await stores.DisposeAsync();
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
        await retries.RunAsync(token => Bus.SendAsync(Queue.Wakes, [new(new Nudge.Wake(customer, due).ToBody(), due)], token), ct);
        var decided = await retries.RunAsync(token => Customers.DecideAsync(customer, [input], token), ct);
        await retries.RunAsync(token => Effects.RunAsync(decided.Todos, token), ct);
        return decided.Customer;
    }

    public ValueTask DisposeAsync()
    {
        gated.Dispose();
        return stores.DisposeAsync();
    }
}

/// <param name="Folder">Holds the database where storage or bus are SQLite; made where missing.</param>
/// <param name="PublicUrl">Where customers reach us.</param>
/// <param name="Durable">False for scratch data: faster, and lost when the machine stops.</param>
/// <param name="Seed">Makes keys that are the same in every run, for replays; random ones where null.</param>
/// <param name="Storage">Table Storage; SQLite where null (<see cref="Settings.Storage"/>).</param>
/// <param name="Bus">Service Bus; SQLite where null (<see cref="Settings.Bus"/>).</param>
internal sealed record NodeOptions(string Folder, Uri PublicUrl, bool Durable = true, int? Seed = null, string? Storage = null, string? Bus = null);
