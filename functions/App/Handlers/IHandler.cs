using MarketingAutomation.Bus;

namespace MarketingAutomation.Handlers;

/// <summary>Works a batch of one queue. The embedded pump and the Functions host both end here.</summary>
internal interface IHandler
{
    /// <summary>Returns when every message is done with, for good or passed on as a delayed copy; throws only when the batch is to be received again.</summary>
    Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct);
}
