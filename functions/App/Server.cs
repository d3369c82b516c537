using System.Net;
using MarketingAutomation.Bus;
using MarketingAutomation.Commands;
using MarketingAutomation.Endpoints;
using MarketingAutomation.Functions;
using MarketingAutomation.Handlers;
using MarketingAutomation.Hooks;

namespace MarketingAutomation;

/// <summary>One node behind HTTP on this machine: by itself, with a pump of its own, or as the custom handler of an Azure Functions host.</summary>
internal static class Server
{
    // Collect itself takes 500 KB; this bounds what a stranger can make us read.
    private const long MostRequestBytes = 4 * 1024 * 1024;

    /// <summary>Runs until <paramref name="ct"/> is cancelled or the process is told to stop.</summary>
    /// <param name="port">The Functions host chooses its own.</param>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="CommandFault">The config is wrong, the folder is in use, or the port is.</exception>
    /// <exception cref="StaleCatalogException">Another process has published a newer config.</exception>
    public static async Task<int> RunAsync(string data, string config, int port, CancellationToken ct)
    {
        var (host, clock) = (FunctionsHost.Current, TimeProvider.System);
        var (settings, hooks) = (Settings.Read(port), HookSettings.Read());
        if (host is not null) settings.CheckLasting();
        using var only = host is null ? DataLock.Take(data) : null; // the host starts one of us, and several machines share what lasts
        var (channel, where) = settings.OpenChannel(data, clock);

        Node? node = null;
        var builder = Builder(host is null ? kestrel => kestrel.ListenLocalhost(port) : kestrel => kestrel.Listen(IPAddress.Loopback, host.Port));
        builder.Services.AddSingleton(clock).AddSingleton<IBus>(_ => node!.Bus);
        builder.Services.AddCollect(new(settings.WriteKeys, settings.PublicUrl));
        builder.Services.AddTelemetryExport();
        await using var app = builder.Build();
        var fatal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new Gate(clock, fault => fatal.TrySetException(fault));
        app.Run(gate.AnswerAsync);

        async Task OpenAsync()
        {
            var logs = app.Services.GetRequiredService<ILoggerFactory>();
            node = await Node.OpenAsync(settings.Node(data), (deployment, version) => ConfigFiles.Load(config, version, deployment), channel, clock, logs, ct);
            if (only is not null && node.Bus is SqliteBus bus) await bus.ReleaseLocksOfOthersAsync(ct); // the lock on the folder says that whoever held them is gone
            var triggers = host is null ? null : new TriggerHandler(node.Batches, node.Sweep, clock, fault => fatal.TrySetException(fault), logs.CreateLogger<TriggerHandler>(), app.Lifetime.ApplicationStopping);
            await node.Rebuilds.StartAsync(node.Catalog, ct);
            await node.Broadcasts.PlanAsync(ct);
            gate.Open(Routes(app, node, triggers, hooks, config));
        }

        try
        {
            if (host is null) await OpenAsync();
            await StartAsync(app, port, ct);
            if (host is null) Greet(settings, data, config, port, where);
            else await new Retries(clock).RunAsync(_ => OpenAsync(), Gate.Patience, ct); // only now: the host waits 30 seconds for us to listen, and storage may be slow to answer
            await RunAsync(app, node!, host is null, fatal.Task, ct);
            return host is null ? 0 : ExitCode.StartAgain;
        }
        finally
        {
            if (node is not null) await node.DisposeAsync();
            if (channel is IAsyncDisposable connections) await connections.DisposeAsync();
            else (channel as IDisposable)?.Dispose();
        }
    }

    private static WebApplicationBuilder Builder(Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions> listen)
    {
        // What the Functions host is told about its own addresses comes down to us; we listen where it expects us and nowhere else.
        foreach (var name in (string[])["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "ASPNETCORE_PREFERHOSTINGURLS"]) Environment.SetEnvironmentVariable(name, null);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"], ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            listen(kestrel);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostRequestBytes;
        });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical) // a start that failed is ours to explain
            .AddSimpleConsole(console => { console.SingleLine = true; console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ "; console.UseUtcTimestamp = true; });
        return builder;
    }

    private static RequestDelegate Routes(WebApplication app, Node node, TriggerHandler? triggers, HookSettings hooks, string config)
    {
        var routes = ((IApplicationBuilder)app).New();
        routes.UseRouting();
        routes.UseEndpoints(all =>
        {
            all.MapCollect();
            all.MapTracking(new TrackingHandler(node));
            all.MapHooks(node, hooks);
            all.MapDeadLetters(new(node.Store, node.Bus), Settings.ConsoleKey);
            all.MapControls(node.Controls, node.Catalog, Settings.ConsoleKey);
            all.MapReceptions(new(node.Store, node.Clock), node.Controls, node.Catalog, Settings.ConsoleKey);
            all.MapSegments(new(node.Store, node.Catalog, node.Clock), Settings.ConsoleKey, (path, text) => version => ConfigFiles.ReadWith(config, path, text, version, node.Catalog.Deployment));
            all.MapBroadcasts(new(node.Store, node.Catalog, node.Clock), node.Broadcasts, Settings.ConsoleKey);
            all.MapPreferences(new PreferencesHandler(node));
            if (triggers is not null) all.MapTriggers(triggers);
        });
        return routes.Build();
    }

    private static async Task StartAsync(WebApplication app, int port, CancellationToken ct)
    {
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException)
        {
            throw new CommandFault($"Port {port} is in use; choose another with --port.");
        }
    }

    private static void Greet(Settings settings, string data, string config, int port, string where)
    {
        Console.Out.WriteLine($"Listening on http://localhost:{port} – data in {data}, config from {config}, messages {where}.");
        if (settings.WriteKeys.Count == 0) Console.Out.WriteLine("Any write key is accepted; set MARKETING_WRITE_KEYS=key1,key2 to accept only those.");
    }

    // Whatever ends first ends all; where it ended by a fault, the process must not go on looking alive.
    private static async Task RunAsync(WebApplication app, Node node, bool pumps, Task fatal, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        Task[] work = pumps ? [node.Pump.RunAsync(stop.Token), new SweepTimer(node.Sweep, node.Clock, logs.CreateLogger<SweepTimer>()).RunAsync(stop.Token)] : [];
        var first = await Task.WhenAny([app.WaitForShutdownAsync(ct), fatal, .. work]);
        await stop.CancelAsync();
        await app.StopAsync(CancellationToken.None);
        await Task.WhenAll(work);
        await first;
    }
}
