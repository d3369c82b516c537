using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation.SendingOnce;

/// <summary>A provider that keeps books on what it took, whatever it answers, and whether or not anybody is left to hear it.</summary>
/// <param name="callbacks">Told of every message taken, where the provider calls back.</param>
internal sealed class SimProvider(World world, bool isIdempotent, SimCallbacks? callbacks) : IChannel
{
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);

    public bool IsIdempotent => isIdempotent;

    public bool CallsBack => callbacks is not null;

    /// <summary>Messages taken, by delivery.</summary>
    public IReadOnlyDictionary<string, int> Taken => taken;

    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        try
        {
            return await world.AskAsync<Outcome>(() =>
            {
                if (isIdempotent && taken.ContainsKey(message.Delivery)) return new Outcome.Sent(message.Delivery); // as it said the first time
                if (world.Fault(0.1)) return new Outcome.Retry("451");
                if (world.Fault(0.05)) return new Outcome.Failed("550");
                taken[message.Delivery] = taken.GetValueOrDefault(message.Delivery) + 1;
                callbacks?.Begin(message);
                return new Outcome.Sent(message.Delivery);
            });
        }
        catch (IOException)
        {
            return new Outcome.Unknown("no answer"); // taken or not: the sender cannot know
        }
    }
}
