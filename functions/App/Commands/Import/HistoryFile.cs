using System.IO.Compression;

namespace MarketingAutomation.Commands.Import;

/// <summary>A file as it is, or as it was before gzip; which, its first two bytes say.</summary>
internal static class HistoryFile
{
    /// <param name="skipLines">Lines to leave out at its beginning.</param>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <remarks>Reading the stream throws <see cref="InvalidDataException"/> where compressed data are broken or break off.</remarks>
    public static Stream Open(string path, int skipLines)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.SequentialScan });
        var isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        Stream content = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        for (var line = 0; line < skipLines; line++) SkipLine(content);
        return content;
    }

    private static void SkipLine(Stream content)
    {
        while (content.ReadByte() is not ('\n' or -1)) { }
    }
}
