using System.IO.Compression;
using System.Text;

namespace MarketingAutomation.Endpoints;

/// <summary>Bodies compressed as a Content-Encoding says.</summary>
internal static class CollectPacked
{
    public static byte[] As(string encoding, string text) => As(encoding, Encoding.UTF8.GetBytes(text));

    public static byte[] As(string encoding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = Packing(encoding, packed)) stream.Write(bytes);
        return packed.ToArray();
    }

    private static Stream Packing(string encoding, Stream packed) => encoding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        _ => new BufferedStream(packed),
    };
}
