using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MarketingAutomation.Bus;

/// <summary>A line to a port on this machine that can be cut, or go silent.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Line, byte> _lines = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly int _to;
    private readonly Task _accepting;

    public TcpRelay(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections taken so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Resets every connection there is; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var line in _lines.Keys) line.Cut();
    }

    /// <summary>Every connection there is stays open on this side and carries nothing any more; new ones are taken.</summary>
    public void Freeze()
    {
        foreach (var line in _lines.Keys) line.Freeze();
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var near = await _listener.AcceptSocketAsync(_closed.Token);
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await far.ConnectAsync(IPAddress.Loopback, _to, _closed.Token);
                near.NoDelay = true;
                Connections++;
                var line = new Line(near, far);
                _lines[line] = 0;
                _ = RunAsync(line);
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException or ObjectDisposedException) { }
        }
    }

    private async Task RunAsync(Line line)
    {
        await Task.WhenAny(line.CopyAsync(line.Near, line.Far), line.CopyAsync(line.Far, line.Near));
        if (line.IsFrozen) return; // until the relay is disposed
        line.Cut();
        _lines.TryRemove(line, out _);
    }

    private sealed class Line(Socket near, Socket far)
    {
        public Socket Near { get; } = near;

        public Socket Far { get; } = far;

        public bool IsFrozen { get; private set; }

        public void Freeze()
        {
            IsFrozen = true;
            Far.Close(0);
        }

        public void Cut()
        {
            Near.Close(0);
            Far.Close(0);
        }

        public async Task CopyAsync(Socket from, Socket to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var read)
                    for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException) { }
        }
    }
}
