using MarketingAutomation.Channels;
using MarketingAutomation.Messages;
using MimeKit;

namespace MarketingAutomation.Commands;

/// <summary>A message as files to look at.</summary>
internal static class PreviewFiles
{
    /// <summary>Writes <c>{name}.html</c>, <c>{name}.txt</c> and, as it would be sent, <c>{name}.eml</c>; the same message gives the same bytes.</summary>
    public static async Task WriteAsync(string name, OutgoingMessage message, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(name))!);
        await File.WriteAllTextAsync($"{name}.html", message.Html, ct);
        await File.WriteAllTextAsync($"{name}.txt", $"{message.Subject}\n\n{message.Text}\n", ct);
        if (!MimeBuilder.TryBuild(message, date: null, out var mime)) return; // an address that no mail program takes
        await using var file = File.Create($"{name}.eml");
        await mime.WriteToAsync(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, file, ct);
    }
}
