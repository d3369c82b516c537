using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Handlers;

/// <summary>A message sent again because working it failed. It remembers how often that happened; a new message starts the bus's own count anew.</summary>
/// <param name="Tries">Times the work was given up before; 0 for a message that is no copy.</param>
internal readonly record struct DelayedCopy(byte[] Body, int Tries)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromMinutes(10);

    private static ReadOnlySpan<byte> Start => "{\"tries\":"u8;

    /// <summary>How long to wait before the next try: 10, 20, 40 … 600 seconds, spread by up to a quarter.</summary>
    public TimeSpan Delay => TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(Tries - 1, 10))) * (1 + Random.Shared.NextDouble() / 4);

    public byte[] ToBody() => [.. Start, .. Encoding.ASCII.GetBytes($"{Tries},\"body\":"), .. Body, (byte)'}'];

    /// <summary>What a message's body holds, be it a copy or not.</summary>
    /// <exception cref="JsonException">It begins as a copy and is none.</exception>
    public static DelayedCopy Of(byte[] body)
    {
        if (!body.AsSpan().StartsWith(Start)) return new(body, 0);
        using var copy = JsonDocument.Parse(body);
        return new([.. JsonMarshal.GetRawUtf8Value(copy.RootElement.GetProperty("body"))], copy.RootElement.GetProperty("tries").GetInt32());
    }
}
