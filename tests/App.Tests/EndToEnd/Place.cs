namespace MarketingAutomation.EndToEnd;

/// <summary>Where a server keeps its rows and its messages.</summary>
public enum Place
{
    /// <summary>In SQLite, in its data folder.</summary>
    Embedded,

    /// <summary>In Table Storage and Service Bus, as <see cref="AzureStandIn"/>.</summary>
    Azure,
}
