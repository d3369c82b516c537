using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MarketingAutomation.Doctor;

/// <summary>A name server on loopback that knows TXT, MX and A records (RFC 1035). What it does not know does not exist; what is broken fails.</summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int Text = 16, Exchange = 15, Address = 1, NoSuchName = 3, ServerFailure = 2;

    private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Dictionary<(string Name, int Type), List<byte[]>> records = [];
    private readonly HashSet<string> broken = [];
    private readonly Task serving;

    public DnsServer() => serving = ServeAsync();

    public IPEndPoint EndPoint => (IPEndPoint)socket.Client.LocalEndPoint!;

    public DnsServer Txt(string name, string text) =>
        Add(name, Text, [.. text.Chunk(255).SelectMany(part => (byte[])[(byte)part.Length, .. Encoding.ASCII.GetBytes(part)])]);

    public DnsServer Mx(string name, string exchange) => Add(name, Exchange, [0, 10, .. Encode(exchange)]);

    public DnsServer A(string name) => Add(name, Address, [192, 0, 2, 1]);

    public DnsServer Broken(string name)
    {
        broken.Add(name);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await serving;
    }

    private DnsServer Add(string name, int type, byte[] data)
    {
        if (!records.TryGetValue((name, type), out var known)) records[(name, type)] = known = [];
        known.Add(data);
        return this;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var asked = await socket.ReceiveAsync();
                await socket.SendAsync(Answer(asked.Buffer), asked.RemoteEndPoint);
            }
        }
        catch (Exception end) when (end is ObjectDisposedException or SocketException) { } // the test is over
    }

    private byte[] Answer(byte[] query)
    {
        var (name, end) = Decode(query, 12);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end));
        var found = records.GetValueOrDefault((name, type), []);
        var exists = records.Keys.Any(key => key.Name == name);
        var code = broken.Contains(name) ? ServerFailure : exists ? 0 : NoSuchName;
        List<byte> answer = [query[0], query[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)(code == 0 ? found.Count : 0), 0, 0, 0, 0, .. query[12..(end + 4)]];
        if (code == 0)
            foreach (var data in found) answer.AddRange([0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data]);
        return [.. answer];
    }

    private static byte[] Encode(string name) => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static (string Name, int End) Decode(byte[] message, int at)
    {
        List<string> labels = [];
        for (; message[at] != 0; at += message[at] + 1) labels.Add(Encoding.ASCII.GetString(message, at + 1, message[at]));
        return (string.Join('.', labels).ToLowerInvariant(), at + 1);
    }
}
