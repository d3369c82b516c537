using MarketingAutomation.Bus;
using MarketingAutomation.Commands;
using MarketingAutomation.Endpoints;
using MarketingAutomation.Hooks;

namespace MarketingAutomation;

/// <summary>One node behind HTTP on this machine.</summary>
internal static class Server
{
    // Collect itself takes 500 KB; this bounds what a stranger can make us read.
    private const long MostRequestBytes = 4 * 1024 * 1024;

    /// <summary>Runs until <paramref name="ct"/> is cancelled or the process is told to stop.</summary>
    /// <exception cref="CommandFault">The config is wrong, the folder is in use, or the port is.</exception>
    public static async Task RunAsync(string data, string config, int port, CancellationToken ct)
    {
        var clock = TimeProvider.System;
        var (settings, hooks) = (Settings.Read(port), HookSettings.Read());
        using var only = DataLock.Take(data);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.ClearProviders().AddSimpleConsole(console => { console.SingleLine = true; console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ "; console.UseUtcTimestamp = true; });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostRequestBytes;
        });

        using var logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        var (channel, where) = settings.OpenChannel(data, clock);
        using var node = await Node.OpenAsync(new(data, settings.PublicUrl), (deployment, version) => ConfigFiles.Load(config, version, deployment), channel, clock, logs, ct);
        await node.Bus.ReleaseLocksOfOthersAsync(ct); // the lock on the folder says that whoever held them is gone

        builder.Services.AddSingleton(clock).AddSingleton<IBus>(node.Bus).AddHostedService(_ => node.Pump);
        builder.Services.AddCollect(new(settings.WriteKeys, settings.PublicUrl));
        await using var app = builder.Build();
        app.MapGet("/", () => "Marketing automation is running. Events go to POST /v1/batch.");
        app.MapCollect();
        app.MapTracking(new TrackingHandler(node));
        app.MapHooks(node, hooks);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException)
        {
            throw new CommandFault($"Port {port} is in use; choose another with --port.");
        }
        Console.Out.WriteLine($"Listening on http://localhost:{port} – data in {data}, config from {config}, messages {where}.");
        if (settings.WriteKeys.Count == 0) Console.Out.WriteLine("Any write key is accepted; set MARKETING_WRITE_KEYS=key1,key2 to accept only those.");
        await app.WaitForShutdownAsync(ct);
        if (channel is IAsyncDisposable connections) await connections.DisposeAsync();
    }
}
