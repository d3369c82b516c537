using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Hooks;
using MarketingAutomation.Messages;

namespace MarketingAutomation.SendingOnce;

/// <summary>What the provider calls back about the messages it took: some before it has answered, most soon, some days later; in no order, now and then twice, and again whatever was not taken.</summary>
internal sealed class SimCallbacks(World world, SimBus bus)
{
    private const string Posts = "callbacks";

    // Nobody keeps a post for longer; whoever dies with one gives it back by then.
    private static readonly TimeSpan Lock = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<string, DeliveryStatus> fates = new(StringComparer.Ordinal);
    private readonly List<object> told = [];

    /// <summary>What became of each message taken, by delivery.</summary>
    public IReadOnlyDictionary<string, DeliveryStatus> Fates => fates;

    /// <summary>A message was taken: draws what becomes of it, and when that is told.</summary>
    public void Begin(OutgoingMessage message)
    {
        string[] more = world.Draw(20) switch
        {
            0 => [],
            1 or 2 => ["bounce"],
            3 => ["delivered", "spamreport"],
            _ => ["delivered"],
        };
        fates[message.Delivery] = more is [.., var last] ? last switch { "bounce" => DeliveryStatus.Bounced, "delivered" => DeliveryStatus.Delivered, _ => DeliveryStatus.Complained } : DeliveryStatus.Sent;
        if (world.Chance(0.5)) Tell(message, ["processed", .. more]);
        else
        {
            Tell(message, ["processed"]);
            if (more is not []) Tell(message, more);
        }
    }

    /// <summary>Everything that was ever told, once more and in another order.</summary>
    public void Replay()
    {
        List<object> left = [.. told];
        while (left.Count > 0)
        {
            List<object> post = [];
            while (left.Count > 0 && (post.Count == 0 || !world.Chance(0.03)))
            {
                var choice = world.Draw(left.Count);
                post.Add(left[choice]);
                left.RemoveAt(choice);
            }
            bus.Post(Posts, new(JsonSerializer.SerializeToUtf8Bytes(post)));
        }
    }

    /// <summary>Takes posts in, as the endpoint does: what could not be stored is posted again.</summary>
    public async Task TakeAsync(Node node)
    {
        var reports = new ReportsHandler(node);
        while (true)
            try
            {
                await bus.WaitAsync(Posts, default);
                foreach (var post in await bus.ReceiveAsync(Posts, 1, Lock, default))
                {
                    await reports.TakeAsync(SendGridReports.Read(post.Body, world.GetUtcNow()).Reports, vouched: true, default);
                    await bus.CompleteAsync([post], default);
                }
            }
            catch (IOException) { } // cut: it comes again
    }

    private void Tell(OutgoingMessage message, string[] names)
    {
        var delay = world.Draw(10) switch { < 3 => TimeSpan.Zero, < 6 => TimeSpan.FromSeconds(world.Draw(120)), < 9 => TimeSpan.FromMinutes(world.Draw(60)), _ => TimeSpan.FromHours(world.Draw(36)) };
        var at = world.GetUtcNow();
        List<object> events = [.. names.Select(name => new Dictionary<string, object>
        {
            ["event"] = name,
            ["type"] = "blocked",
            ["email"] = message.To,
            ["timestamp"] = at.ToUnixTimeSeconds(),
            ["sg_event_id"] = $"{name}-{message.Delivery}",
            [DeliveryName.Argument] = DeliveryName.Of(message),
        })];
        told.AddRange(events);
        bus.Put(Posts, new(JsonSerializer.SerializeToUtf8Bytes(events), at + delay));
    }
}
