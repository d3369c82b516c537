using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MarketingAutomation.Functions.HostDouble;

/// <summary>One life of the custom handler, started as the host starts it.</summary>
internal sealed class HandlerProcess : IDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30), Between = TimeSpan.FromMilliseconds(25); // the host's initializationTimeout, and its polling

    private readonly Process process;
    // Outlives every process: a request may be on its way while one dies. What the handler answers goes back as it is, redirects too.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromMinutes(5) };

    public HandlerProcess(FunctionApp app, IReadOnlyDictionary<string, string> settings, Action<string> says)
    {
        Port = FreePort();
        ProcessStartInfo start = new(app.Executable) { WorkingDirectory = app.WorkingFolder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MARKETING_", StringComparison.Ordinal) || name.StartsWith("OTEL_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:1"; // the host's own address: whoever tries it fails
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = start.Environment["FUNCTIONS_HTTPWORKER_PORT"] = $"{Port}";
        start.Environment["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = start.Environment["FUNCTIONS_HTTPWORKER_ID"] = Guid.NewGuid().ToString();
        start.Environment["FUNCTIONS_APP_ROOT_PATH"] = app.Root;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "custom";
        foreach (var (name, value) in settings) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => { if (line.Data is not null) says(line.Data); };
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) says($"[stderr] {line.Data}"); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>Completes when the host knows that it has ended.</summary>
    public TaskCompletionSource Noticed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => process.Id;

    /// <summary>Its exit code, when it has ended.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Asks <c>GET /</c> until there is any answer, as the host does.</summary>
    /// <returns>How long it took; null where the process ended first.</returns>
    public async Task<TimeSpan?> ReadyAsync(CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        while (!process.HasExited)
            try
            {
                using var answer = await Http.GetAsync(Address("/"), ct);
                return Stopwatch.GetElapsedTime(since);
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(since) < ReadyWithin)
            {
                await Task.Delay(Between, ct);
            }
        return null;
    }

    /// <summary>Where it answers a path.</summary>
    public Uri Address(string pathAndQuery) => new($"http://127.0.0.1:{Port}{pathAndQuery}");

    public static Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);

    /// <summary>SIGKILL: what the host does at every shutdown, and what a crash is like.</summary>
    public void Kill() => process.Kill();

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
