using System.Security.Cryptography;
using System.Text;

namespace MarketingAutomation;

/// <summary>Stable hashes: the same text gives the same answer in every process and on every machine.</summary>
public static class Hash
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>A short id derived from its parts; 100 bits, so that a collision within one customer is out of the question.</summary>
    /// <returns>20 characters of a–z and 2–7, safe in keys, file names and URLs.</returns>
    public static string Id(params ReadOnlySpan<string> parts) => Text(SHA256.HashData(Join(parts)), 20);

    /// <summary>Keyed form of <see cref="Id"/> for values that must not be guessable from outside.</summary>
    public static string Keyed(ReadOnlySpan<byte> key, params ReadOnlySpan<string> parts) => Text(HMACSHA256.HashData(key, Join(parts)), 32);

    /// <summary>A sticky draw: where the parts fall in [0, 10 000), evenly and independently of other draws.</summary>
    public static int Bucket(params ReadOnlySpan<string> parts) =>
        (int)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Join(parts))) % 10_000);

    /// <summary>Lower-case base32 (RFC 4648 alphabet, no padding) of the first bits of <paramref name="bytes"/>.</summary>
    /// <param name="length">Characters wanted; 5 bits each, at most 8 per 5 bytes given.</param>
    public static string Text(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            int bit = i * 5, at = bit / 8, pair = (bytes[at] << 8) | (at + 1 < bytes.Length ? bytes[at + 1] : 0);
            text[i] = Base32[(pair >> (11 - bit % 8)) & 31];
        }
        return new string(text);
    }

    // Length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
    private static byte[] Join(ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(part.Length).Append(':').Append(part);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
