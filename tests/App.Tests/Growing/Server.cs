namespace MarketingAutomation.Growing;

/// <summary>Something that does so much a second and lets the rest wait in line.</summary>
/// <param name="perSecond">Units a second.</param>
internal sealed class Server(VirtualTime time, double perSecond)
{
    private DateTimeOffset free = DateTimeOffset.MinValue;

    /// <summary>When units asked for now are done.</summary>
    public DateTimeOffset Take(double units)
    {
        var now = time.GetUtcNow();
        free = (free > now ? free : now) + TimeSpan.FromSeconds(units / perSecond);
        return free;
    }
}
