using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MarketingAutomation.EndToEnd;

/// <summary><c>marketing serve</c> in a process of its own, on a port of its own; it may be killed and started again on the same data.</summary>
internal sealed class ServeProcess : IServer, IAsyncDisposable
{
    private const int FirstPort = 20_000, Ports = 12_000; // below those that systems give to outgoing connections, so that ours is still free after a restart

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private static int lastPort = Environment.ProcessId;

    private readonly IReadOnlyDictionary<string, string>? environment;
    private readonly StringBuilder output = new();
    private Process? process;

    /// <param name="data">Data folder; made where missing.</param>
    /// <param name="config">Config folder.</param>
    public ServeProcess(string data, string config, IReadOnlyDictionary<string, string>? environment = null)
    {
        (Data, Config, Port, this.environment) = (data, config, FreePort(), environment);
        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public string Data { get; }

    public string Config { get; }

    public int Port { get; }

    /// <summary>Follows no redirect.</summary>
    public HttpClient Http { get; }

    /// <summary>What its links begin with.</summary>
    public Uri PublicUrl => new($"http://localhost:{Port}");

    public int Id => process?.Id ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>What it wrote to its console, all its lives together.</summary>
    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    public static async Task<ServeProcess> StartAsync(string data, string config, CancellationToken ct)
    {
        var server = new ServeProcess(data, config);
        await server.StartAsync(ct);
        return server;
    }

    /// <summary>Starts it, and asks until it answers.</summary>
    /// <returns>From the start of the process to its first answer.</returns>
    public async Task<TimeSpan> StartAsync(CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        process = Process.Start(Programs.Marketing(environment, "serve", "--data", Data, "--config", Config, "--port", $"{Port}"))!;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.HoldsAsync(() => AnswersAsync(ct), $"The server does not answer: {Output}", StartsWithin, ct);
        return Stopwatch.GetElapsedTime(since);
    }

    Task IServer.StartAsync(CancellationToken ct) => StartAsync(ct);

    /// <summary>Ends it as a power cut would: SIGKILL, no goodbye.</summary>
    public async Task KillAsync()
    {
        if (process is null) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Http.Dispose();
    }

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        if (process!.HasExited) throw new InvalidOperationException($"The server ended with exit code {process.ExitCode}: {Output}");
        try
        {
            using var answer = await Http.GetAsync("/", ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // nobody listens yet
        }
    }

    private void Take(string? line)
    {
        lock (output) output.AppendLine(line);
    }

    private static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (Interlocked.Increment(ref lastPort) & int.MaxValue) % Ports;
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException) { } // taken: the next
        }
    }
}
