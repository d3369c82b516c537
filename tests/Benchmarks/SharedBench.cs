using System.Diagnostics;
using System.Text.Json;

namespace MarketingAutomation.Benchmarks;

/// <summary>The workload's generator, driver and mail sink: Node programs in the folder that <c>MARKETING_SHARED</c> names, or <c>../shared</c>.</summary>
internal static class SharedBench
{
    private static readonly string Folder = Path.Combine(Environment.GetEnvironmentVariable("MARKETING_SHARED") ?? Path.Combine("..", "shared"), "bench");

    /// <summary>Says so and answers false where the workload is not here.</summary>
    public static bool IsHere()
    {
        if (File.Exists(Path.Combine(Folder, "gen.mjs"))) return true;
        Console.WriteLine("skipped: the workload is not here; MARKETING_SHARED names the folder that has bench/gen.mjs.");
        return false;
    }

    public static Task GenerateAsync(string folder, int customers, int events, double orderShare) => NodeAsync("gen.mjs", folder, $"{customers}", $"{events}", $"{orderShare}", "42");

    /// <summary>Posts a file of events in batches of 50 over 16 connections.</summary>
    public static async Task DriveAsync(string file, int port)
    {
        var answer = JsonElement.Parse(await NodeAsync("drive.mjs", file, "--url", $"http://127.0.0.1:{port}/v1/batch", "--batch", "50", "--conc", "16"));
        if (answer.GetProperty("bad").GetInt32() > 0) throw new InvalidOperationException($"Requests were refused: {answer}");
    }

    public static Process Sink(int port) => Start("sink.mjs", $"{port}");

    public static async Task<int> MessagesAsync(int sinkPort)
    {
        using HttpClient http = new();
        return JsonElement.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{sinkPort + 1}/stats"))).GetProperty("messages").GetInt32();
    }

    private static async Task<string> NodeAsync(string script, params IEnumerable<string> arguments)
    {
        using var process = Start(script, arguments);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script} ended with {process.ExitCode}.");
    }

    private static Process Start(string script, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder, script), .. arguments]) { RedirectStandardOutput = true })!;
}
