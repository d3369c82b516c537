namespace MarketingAutomation.EndToEnd;

/// <summary>A server that may be killed and comes back on the same data.</summary>
internal interface IServer
{
    HttpClient Http { get; }

    /// <summary>Returns when it answers.</summary>
    Task StartAsync(CancellationToken ct);

    /// <summary>Ends it as a power cut would.</summary>
    Task KillAsync();
}
