using System.Net;
using System.Net.Sockets;

namespace MarketingAutomation.EndToEnd;

/// <summary>Stands between a client and a server and can lose what the server answers: the worst moment for a request, done but not known to be.</summary>
internal sealed class LossyWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closed = new();
    private readonly TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int server;
    private readonly Task accepting;
    private volatile bool loses;

    /// <param name="server">Port of the server, on this machine.</param>
    public LossyWire(int server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Ends when the first answer is lost.</summary>
    public Task Lost => lost.Task;

    /// <summary>From now on no answer comes through, and its connection breaks.</summary>
    public void Lose() => loses = true;

    public void Mend() => loses = false;

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        listener.Stop();
        await accepting;
        closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true) connections.Add(RelayAsync(await listener.AcceptTcpClientAsync(closed.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException) { }
        await Task.WhenAll(connections);
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var there = new TcpClient();
        using (client)
            try
            {
                await there.ConnectAsync(IPAddress.Loopback, server, closed.Token);
                await await Task.WhenAny(client.GetStream().CopyToAsync(there.GetStream(), closed.Token), AnswerAsync(there.GetStream(), client.GetStream()));
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException) { } // either side is gone, and so is the connection
    }

    private async Task AnswerAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, closed.Token) is > 0 and var read)
        {
            if (loses) { lost.TrySetResult(); return; }
            await to.WriteAsync(buffer.AsMemory(0, read), closed.Token);
        }
    }
}
