using System.Diagnostics;
using System.Text.Json;

namespace MarketingAutomation.EndToEnd;

/// <summary>Programs that are run to their end: ours, and those of others that speak with ours.</summary>
internal static class Programs
{
    /// <summary>How to start one of our commands: the executable built beside the tests, with nothing of ours in its environment but what is given.</summary>
    public static ProcessStartInfo Marketing(IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments)
    {
        var start = Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", AppContext.BaseDirectory, [Path.Combine(AppContext.BaseDirectory, "marketing.dll"), .. arguments]);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MARKETING_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return start;
    }

    public static ProcessStartInfo Start(string program, string folder, params IEnumerable<string> arguments) =>
        new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>Where a program is; null where this machine does not have it.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>The send steps of all journeys, as <c>marketing report</c> prints them.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReportAsync(Scratch scratch, CancellationToken ct)
    {
        var (exitCode, output, errors) = await RunAsync(Marketing(scratch.Settings, "report", "--data", scratch.Data, "--config", scratch.Config, "--format", "json"), ct);
        Assert.True(exitCode == 0, errors);
        return [.. JsonElement.Parse(output).GetProperty("journeys").EnumerateArray().SelectMany(journey => journey.GetProperty("steps").EnumerateArray())];
    }

    /// <summary>Runs a program; it is killed where its time is over.</summary>
    /// <returns>Its exit code, and what it said.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
