using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using MimeKit;

namespace MarketingAutomation.Channels;

/// <summary>Writes each message as <c>{delivery}.eml</c> into a folder, to look at instead of sending it.</summary>
/// <remarks>A crash of the process loses nothing; a loss of power may, because nobody waits for the disk.</remarks>
/// <param name="clock">For the header <c>Date</c>; where null there is none, and the same message gives the same bytes.</param>
internal sealed class FileChannel(string folder, TimeProvider? clock = null) : IChannel
{
    private static readonly FormatOptions Format = new() { NewLineFormat = NewLineFormat.Dos };  // on every system, as on the wire

    public string Name => ChannelNames.File;

    /// <summary>A file that exists is left as it is.</summary>
    public bool IsIdempotent => true;

    /// <exception cref="ArgumentException">The delivery's id is no file name.</exception>
    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        var name = $"{message.Delivery}.eml";
        if (Path.GetFileName(name) != name) throw new ArgumentException("A delivery's id is no file name.", nameof(message));
        if (!MimeBuilder.TryBuild(message, clock?.GetUtcNow(), out var mime)) return MimeBuilder.NoAddress;

        var path = Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(path)) await WriteAsync(mime, path, ct);
            return new Outcome.Sent(name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Outcome.Retry($"file: {failure.GetType().Name}");
        }
    }

    // Nobody sees half a file, and of two writers at once the first wins.
    private static async Task WriteAsync(OutgoingMime mime, string path, CancellationToken ct)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 16384))
                await mime.WriteToAsync(Format, file, ct);
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // the other writer of the same message was first
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
