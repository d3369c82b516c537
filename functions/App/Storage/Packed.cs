using System.IO.Compression;

namespace MarketingAutomation.Storage;

/// <summary>How values are written to rows: one byte that says how, then the bytes, compressed where that saves something.</summary>
internal static class Packed
{
    private const byte Plain = 0, Brotli = 1;

    // Below this Brotli gains less than it costs.
    private const int WorthCompressing = 600;

    public static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= WorthCompressing)
        {
            var packed = new byte[bytes.Length];
            packed[0] = Brotli;
            if (BrotliEncoder.TryCompress(bytes, packed.AsSpan(5), out var length, quality: 1, window: 18))
            {
                BitConverter.TryWriteBytes(packed.AsSpan(1), bytes.Length);
                return packed[..(length + 5)];
            }
        }
        var plain = new byte[bytes.Length + 1];
        bytes.CopyTo(plain.AsSpan(1));
        return plain;
    }

    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Pack"/>.</exception>
    public static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed)
    {
        switch (packed.Span)
        {
            case [Plain, ..]:
                return packed[1..];
            case [Brotli, _, _, _, _, .. var compressed]:
                var bytes = new byte[BitConverter.ToInt32(packed.Span[1..5])];
                if (!BrotliDecoder.TryDecompress(compressed, bytes, out var length) || length != bytes.Length) throw new InvalidDataException("A stored value is damaged.");
                return bytes;
            default:
                throw new InvalidDataException("A stored value is damaged.");
        }
    }
}
