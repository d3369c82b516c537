namespace MarketingAutomation.Growing;

/// <summary>What Azure documents, and, where it documents nothing, what is assumed and why.</summary>
internal static class AzureFigures
{
    /// <summary>Entities a second of one storage account. Documented as transactions of one entity of 1 KiB; we count every entity of a batch, which is the careful reading.</summary>
    /// <remarks>https://learn.microsoft.com/azure/storage/tables/scalability-targets</remarks>
    public const int AccountEntities = 20_000;

    /// <summary>Entities a second of one partition: no customer, and no day of a journey's facts, gets more.</summary>
    /// <remarks>As above.</remarks>
    public const int PartitionEntities = 2_000;

    /// <summary>Messages sent or received a second in one Standard namespace, together.</summary>
    /// <remarks>https://learn.microsoft.com/azure/service-bus-messaging/service-bus-throttling: 1,000 credits a second, one for each message sent or received.</remarks>
    public const int StandardCredits = 1_000;

    /// <summary>Messages sent or received a second that we give one messaging unit of Premium. Assumed: nothing is documented but to add units above 70 % CPU.</summary>
    public const int UnitMessages = 4_000;

    /// <summary>Instances of 2,048 MB that a subscription gets in one region before it asks for more.</summary>
    /// <remarks>https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan: 512,000 MB.</remarks>
    public const int RegionInstances = 250;

    /// <summary>Share of a limit that is planned with.</summary>
    public const double Planned = 0.75;

    /// <summary>Time of a call at its median. Assumed: Table Storage promises none; measured by others inside a region are under 10 ms for reads.</summary>
    public static readonly TimeSpan Read = TimeSpan.FromMilliseconds(8), Commit = TimeSpan.FromMilliseconds(15), Bus = TimeSpan.FromMilliseconds(15);

    /// <summary>Spread of those times: the logarithm is normal with this deviation, so that one call in a hundred takes five times the median.</summary>
    public const double Spread = 0.69;

    /// <summary>CPU of one instance for one event. Assumed: deciding and packing it takes a twentieth of that here; the rest is for JSON, TLS and the Functions host.</summary>
    public static readonly TimeSpan CpuPerEvent = TimeSpan.FromMilliseconds(1);
}
