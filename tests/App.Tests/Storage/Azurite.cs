using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

[assembly: AssemblyFixture(typeof(MarketingAutomation.Storage.Azurite))]

namespace MarketingAutomation.Storage;

/// <summary>Microsoft's emulator of Table Storage: started when first asked for, one for all tests of the run.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private static readonly string[] Accounts = [.. Enumerable.Range(0, 1000).Select(i => $"account{i:d3}")];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lazy<Task<string[]>> _started;
    private Process? _process;
    private int _taken;

    public Azurite() => _started = new(StartAsync);

    /// <summary>Connection strings of accounts that no other test uses; the test is skipped where Azurite is not installed.</summary>
    public async Task<string[]> TakeAccountsAsync(int count)
    {
        Assert.SkipUnless(File.Exists(Program), "Azurite is not installed: run tests/run, which does it where npm is.");
        var all = await _started.Value;
        var end = Interlocked.Add(ref _taken, count);
        return end <= all.Length ? all[(end - count)..end] : throw new InvalidOperationException("Let Azurite have more accounts.");
    }

    private static string Program => Path.Combine(SharedFolder.Repository, "tests", "peers", "node_modules", "azurite", "dist", "src", "table", "main.js");

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string[]> StartAsync()
    {
        for (var tries = 1; ; tries++)
        {
            var (port, keys) = (FreePort(), Accounts.Select(_ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24))).ToArray());
            _process = Process.Start(new ProcessStartInfo("node", [Program, "--tableHost", "127.0.0.1", "--tablePort", $"{port}", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"])
            {
                Environment = { ["AZURITE_ACCOUNTS"] = string.Join(';', Accounts.Zip(keys, (name, key) => $"{name}:{key}")) },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (await ListensAsync(_process))
                return [.. Accounts.Zip(keys, (name, key) => $"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={key};TableEndpoint=http://127.0.0.1:{port}/{name};")];
            await DisposeAsync();
            if (tries == 3) throw new InvalidOperationException("Azurite does not start.");
        }
    }

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

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
