using System.Net;
using System.Net.Sockets;

namespace MarketingAutomation.Benchmarks;

/// <summary>A mail server that takes everything and keeps books on the Message-Ids: how many came, and how many came again.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly HashSet<UInt128> seen = [];
    private readonly Task accepting;
    private long taken;

    public SmtpSink()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Messages taken, repeated ones included.</summary>
    public long Taken => Interlocked.Read(ref taken);

    /// <summary>Messages that had been taken before.</summary>
    public long Twice
    {
        get { lock (seen) return taken - seen.Count; }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _ = TalkAsync(await listener.AcceptTcpClientAsync(stopping.Token));
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var connection = client;
        client.NoDelay = true; // its short answers do not wait for more
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 sink");
            while (await reader.ReadLineAsync(stopping.Token) is { } line)
            {
                if (line.StartsWith("EHLO", StringComparison.Ordinal)) await writer.WriteLineAsync("250-sink\r\n250-PIPELINING\r\n250 8BITMIME");
                else if (line == "DATA") await TakeAsync(reader, writer);
                else if (line == "QUIT") return;
                else await writer.WriteLineAsync("250 ok");
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException) { } // the other side was killed, or we stop
    }

    private async Task TakeAsync(StreamReader reader, StreamWriter writer)
    {
        await writer.WriteLineAsync("354 go on");
        var id = "";
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            if (line == ".")
            {
                lock (seen)
                {
                    seen.Add(Number(id));
                    taken++;
                }
                await writer.WriteLineAsync("250 taken");
                return;
            }
            if (id.Length == 0 && line.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)) id = line;
        }
    }

    // 16 bytes are enough to tell a million apart, and cost less than their texts.
    private static UInt128 Number(string id) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id)));
}
