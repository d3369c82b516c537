using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MarketingAutomation.Storage;

/// <summary>Microsoft's emulator of Table Storage with accounts of its own, in memory, until it is disposed of.</summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private AzuriteProcess(Process process, string[] accounts) => (_process, Accounts) = (process, accounts);

    /// <summary>A connection string for each account.</summary>
    public string[] Accounts { get; }

    /// <summary>Where <c>tests/run</c> has installed it; may not exist.</summary>
    public static string ProgramIn(string repository) => Path.Combine(repository, "tests", "peers", "node_modules", "azurite", "dist", "src", "table", "main.js");

    /// <param name="more">Further arguments; <c>--cert</c> makes it speak HTTPS.</param>
    public static async Task<AzuriteProcess> StartAsync(string program, int accounts, params string[] more)
    {
        for (var tries = 1; ; tries++)
        {
            var (port, protocol) = (FreePort(), more.Contains("--cert") ? "https" : "http");
            (string Name, string Key)[] pairs = [.. Enumerable.Range(0, accounts).Select(i => ($"account{i:d3}", Convert.ToBase64String(RandomNumberGenerator.GetBytes(24))))];
            var process = Process.Start(new ProcessStartInfo("node", [program, "--tableHost", "127.0.0.1", "--tablePort", $"{port}", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent", .. more])
            {
                Environment = { ["AZURITE_ACCOUNTS"] = string.Join(';', pairs.Select(pair => $"{pair.Name}:{pair.Key}")) },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (await ListensAsync(process))
                return new(process, [.. pairs.Select(pair => $"DefaultEndpointsProtocol={protocol};AccountName={pair.Name};AccountKey={pair.Key};TableEndpoint={protocol}://127.0.0.1:{port}/{pair.Name};")]);
            await EndAsync(process);
            if (tries == 3) throw new InvalidOperationException("Azurite does not start.");
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);

    // Says so in a line; ends by itself where another process took the port meanwhile.
    private static async Task<bool> ListensAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            if (line.Contains("successfully started", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return true;
            }
        return false;
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
