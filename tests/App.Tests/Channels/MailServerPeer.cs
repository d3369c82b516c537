using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Channels;

/// <summary>The mail server of <c>tests/peers/mail-server.mjs</c>, in a process of its own.</summary>
internal sealed class MailServerPeer : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<Mail> taken = [];
    private readonly ConcurrentDictionary<string, bool> heard = [];
    private int asked;
    private readonly TaskCompletionSource<int> port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MailServerPeer(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
    }

    public int Port { get; private set; }

    /// <summary>Every message it has whole by now, whatever it answered.</summary>
    public IReadOnlyList<Mail> Taken
    {
        get
        {
            var mark = $"{Interlocked.Increment(ref asked)}";
            process.StandardInput.WriteLine(mark);
            Assert.True(SpinWait.SpinUntil(() => heard.ContainsKey(mark), TimeSpan.FromSeconds(30)), "The mail server does not answer.");
            return [.. taken];
        }
    }

    /// <summary>Starts it; the test is skipped where it is not installed.</summary>
    public static async Task<MailServerPeer> StartAsync(CancellationToken ct)
    {
        Peers.FileOrSkip("smtp-server", "package.json");
        var start = Programs.Start(Programs.Find("node")!, Path.Combine(SharedFolder.Repository, "tests", "peers"), ["mail-server.mjs"]);
        start.RedirectStandardInput = true;
        var peer = new MailServerPeer(Process.Start(start)!);
        peer.Port = await peer.port.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10))) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        var json = JsonElement.Parse(line);
        if (json.TryGetProperty("port", out var at)) port.SetResult(at.GetInt32());
        else if (json.TryGetProperty("heard", out var mark)) heard[mark.GetString()!] = true;
        else taken.Enqueue(new(json.GetProperty("from").GetString()!, json.GetProperty("to")[0].GetString()!, json.GetProperty("raw").GetString()!));
    }

    /// <param name="From">Of the envelope.</param>
    /// <param name="Raw">Its bytes, each as one character.</param>
    public sealed record Mail(string From, string To, string Raw);
}
