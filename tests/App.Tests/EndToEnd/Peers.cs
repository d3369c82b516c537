using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.EndToEnd;

/// <summary>The SDKs of others, as they are published: <c>tests/peers</c>.</summary>
internal static class Peers
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static string Folder => Path.Combine(SharedFolder.Repository, "tests", "peers");

    /// <summary>A file of a package; the test is skipped where the package is not installed.</summary>
    public static string FileOrSkip(params ReadOnlySpan<string> path)
    {
        var file = Path.Combine([Folder, "node_modules", .. path]);
        Assert.SkipUnless(File.Exists(file), "The SDKs are not installed; tests/run does it, where there is npm.");
        return file;
    }

    /// <summary>Sends calls with one of the SDKs for Node, and lets it flush.</summary>
    /// <param name="sdk">Name of its script in <c>tests/peers</c>.</param>
    /// <returns>How often the SDK reported that it could not send.</returns>
    public static async Task<int> SendAsync(string sdk, Uri host, string writeKey, IEnumerable<PeerCall> calls, CancellationToken ct)
    {
        FileOrSkip("@segment", "analytics-node", "package.json");
        var start = Programs.Start(Programs.Find("node")!, Folder, ["send.mjs", sdk, host.AbsoluteUri.TrimEnd('/'), writeKey]);
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            foreach (var call in calls) await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(call, Wire).AsMemory(), ct);
            process.StandardInput.Close();
            await process.WaitForExitAsync(ct);
            Assert.True(process.ExitCode == 0, await errors);
            return int.Parse(await output, CultureInfo.InvariantCulture);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>A call as a developer hands it to an SDK.</summary>
internal sealed record PeerCall(string Type, string? UserId = null, string? AnonymousId = null, string? Event = null, object? Properties = null, object? Traits = null, string? Name = null);
