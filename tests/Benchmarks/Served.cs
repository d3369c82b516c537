using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MarketingAutomation.Benchmarks;

/// <summary>A real <c>marketing serve</c> or custom handler in a process of its own, metered from outside.</summary>
internal sealed class Served : IAsyncDisposable
{
    private const double TicksPerSecond = 100; // of /proc, on every Linux we know

    private readonly Process process;

    private Served(Process process, int port, TimeSpan started)
    {
        this.process = process;
        (Port, Started) = (port, started);
    }

    public int Port { get; }

    /// <summary>From starting the process to its first answer.</summary>
    public TimeSpan Started { get; }

    /// <summary>CPU seconds the process has used.</summary>
    public double Cpu
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
    }

    /// <summary>Most memory the process ever held, in MiB.</summary>
    public long PeakMemory => MiB("VmHWM:");

    /// <summary>Memory the process holds now, in MiB.</summary>
    public long Memory => MiB("VmRSS:");

    public static Task<Served> StartAsync(string data, string config, int? smtp = null)
    {
        var port = FreePort();
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "marketing.dll"), "serve", "--data", data, "--config", config, "--port", $"{port}"]) { RedirectStandardOutput = true };
        if (smtp is { } sink) start.Environment["MARKETING_SMTP"] = $"smtp://127.0.0.1:{sink}";
        return StartAsync(start, port);
    }

    /// <summary>As the Functions host starts what was published.</summary>
    public static Task<Served> HandlerAsync(string root, IReadOnlyDictionary<string, string> settings)
    {
        var port = FreePort();
        ProcessStartInfo start = new(Path.Combine(root, "handler", "marketing")) { WorkingDirectory = Path.Combine(root, "handler"), RedirectStandardOutput = true };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{port}";
        return StartAsync(start, port);
    }

    private static async Task<Served> StartAsync(ProcessStartInfo start, int port)
    {
        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        using HttpClient http = new();
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException("The process ended before it answered.");
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
                return new(process, port, watch.Elapsed);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(5); // not listening yet
            }
        }
    }

    /// <summary>Waits until the process has been idle for two seconds and says when it was last busy.</summary>
    public async Task<DateTime> IdleAsync()
    {
        var (busy, last) = (DateTime.UtcNow, Cpu);
        while (DateTime.UtcNow - busy < TimeSpan.FromSeconds(2))
        {
            await Task.Delay(250);
            var now = Cpu;
            if (now - last > 0.02) busy = DateTime.UtcNow;
            last = now;
        }
        return busy;
    }

    private long MiB(string field) => File.ReadLines($"/proc/{process.Id}/status").Where(line => line.StartsWith(field, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
