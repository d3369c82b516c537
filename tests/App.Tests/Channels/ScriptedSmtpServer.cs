using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MarketingAutomation.Channels;

/// <summary>A mail server on this machine that says what a test tells it to.</summary>
internal sealed class ScriptedSmtpServer : IAsyncDisposable
{
    /// <summary>Instead of a reply.</summary>
    public const string HangUp = "hang up", Silence = "silence";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, string> replies = new(new Dictionary<string, string>
    {
        ["greeting"] = "220 test.example ready",
        ["EHLO"] = "250-test.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 10000000\r\n250 ENHANCEDSTATUSCODES",
        ["MAIL"] = "250 2.1.0 Ok",
        ["RCPT"] = "250 2.1.5 Ok",
        ["DATA"] = "354 End data with <CR><LF>.<CR><LF>",
        ["content"] = "go on",
        ["."] = "250 2.0.0 Ok: queued as ABC1",
        ["RSET"] = "250 2.0.0 Ok",
        ["QUIT"] = "221 2.0.0 Bye",
        ["AUTH"] = "235 2.7.0 Ok",
    });
    private readonly ConcurrentDictionary<string, TaskCompletionSource> reached = new();
    private readonly Task accepting;
    private int connections;

    public ScriptedSmtpServer()
    {
        listener.Server.ReceiveBufferSize = 16384;      // so that a client notices soon when nobody reads
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many clients have connected so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Every line that was no content, in order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Every message the server was given whole, dots unstuffed.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    /// <param name="stage"><c>greeting</c>, a command, <c>content</c> (after its first line) or <c>.</c> (after its last).</param>
    /// <param name="reply">With code; or <see cref="HangUp"/>, or <see cref="Silence"/>; <c>; hang up</c> at its end hangs up after it.</param>
    public ScriptedSmtpServer Says(string stage, string reply)
    {
        replies[stage] = reply;
        return this;
    }

    /// <summary>Completes when a client has come to the stage.</summary>
    public Task Reached(string stage) => reached.GetOrAdd(stage, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;   // a test may have stopped it already
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true) clients.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception fault) when (stopping.IsCancellationRequested && fault is OperationCanceledException or ObjectDisposedException or InvalidOperationException or SocketException)
        {
            await Task.WhenAll(clients); // between two clients the listener says that it is stopped; while it waits for one, that it was cancelled
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref connections);
        client.NoDelay = true;
        using (client)
        {
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception end) when (end is IOException or OperationCanceledException)
            {
                // the client has gone, or the test is over
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (!await ReplyAsync(stream, "greeting")) return;
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            Commands.Enqueue(line);
            var command = line.Split(' ')[0].ToUpperInvariant();
            if (!await ReplyAsync(stream, command) || command == "QUIT") return;
            if (command == "DATA" && replies["DATA"].StartsWith("354", StringComparison.Ordinal) && !await TakeContentAsync(stream, reader)) return;
        }
    }

    private async Task<bool> TakeContentAsync(NetworkStream stream, StreamReader reader)
    {
        var content = new StringBuilder();
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            if (line == ".")
            {
                Messages.Enqueue(content.ToString());
                return await ReplyAsync(stream, ".");
            }
            content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            if (replies["content"] == HangUp) return false;
        }
        return false;
    }

    private async Task<bool> ReplyAsync(NetworkStream stream, string stage)
    {
        reached.GetOrAdd(stage, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        var reply = replies[stage];
        if (reply == HangUp) return false;
        if (reply == Silence) await Task.Delay(Timeout.Infinite, stopping.Token);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(reply.Replace($"; {HangUp}", "", StringComparison.Ordinal) + "\r\n"), stopping.Token);
        return !reply.EndsWith($"; {HangUp}", StringComparison.Ordinal);
    }
}
