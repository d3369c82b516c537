using System.Buffers;
using System.IO.Compression;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Endpoints;

/// <summary>A request's body, decompressed, in a buffer that goes back to the pool.</summary>
internal readonly struct CollectBody(byte[] buffer, int length) : IDisposable
{
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    /// <summary>Whether we can decompress the body as its Content-Encoding says.</summary>
    public static bool CanDecode(string? encoding) => Encoding(encoding) is not null;

    /// <summary>Reads no further than one byte past <see cref="CollectCall.MostBodyBytes"/>, so that a small body cannot unpack into a large one.</summary>
    /// <exception cref="InvalidDataException">The body is not what its Content-Encoding says, or ends too early.</exception>
    /// <exception cref="BadHttpRequestException">The request broke off or breaks HTTP's rules.</exception>
    public static async Task<CollectBody> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        const int most = CollectCall.MostBodyBytes + 1;
        var decode = Encoding(request.Headers.ContentEncoding) ?? throw new ArgumentException("The Content-Encoding is unknown; ask CanDecode first.", nameof(request));
        await using var stream = decode(request.Body);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(request.ContentLength ?? 0, 16 * 1024, most));
        var length = 0;
        try
        {
            while (length < most)
            {
                if (length == buffer.Length) buffer = Grow(buffer);
                var read = await stream.ReadAsync(buffer.AsMemory(length, Math.Min(buffer.Length, most) - length), ct);
                if (read == 0) break;
                length += read;
            }
            return new(buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static Func<Stream, Stream>? Encoding(string? name) => name?.Trim().ToLowerInvariant() switch
    {
        null or "" or "identity" => body => body,
        "gzip" or "x-gzip" => body => new GZipStream(body, CompressionMode.Decompress),
        "deflate" => body => new ZLibStream(body, CompressionMode.Decompress),
        _ => null,
    };

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
