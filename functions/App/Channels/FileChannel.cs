using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Channels;

internal sealed class FileChannel(string folder, TimeProvider clock) : IChannel
{
    public bool IsIdempotent => true;

    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, message.Delivery + ".eml"), $"{clock.GetUtcNow():O}\n{message.Subject}\n{message.Html}", ct);
        return new Outcome.Sent(null);
    }
}
