using MarketingAutomation.Bus;
using MarketingAutomation.Bus.ServiceBusDialect;
using MarketingAutomation.Storage;

namespace MarketingAutomation.EndToEnd;

/// <summary>A storage account and a Service Bus namespace of a test's own, as real as one machine can have them: Azurite, and a listener that speaks the dialect.</summary>
/// <param name="Account">Connection string of the storage account.</param>
internal sealed record AzureStandIn(string Account, DialectBroker Broker) : IDisposable
{
    // Short, so that what a killed server had under lock soon comes back; a server that lives renews it.
    private static readonly TimeSpan Lock = TimeSpan.FromSeconds(5);

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["MARKETING_STORAGE"] = Account, ["ServiceBus"] = Broker.ConnectionString };

    public static async Task<AzureStandIn> OpenAsync(Azurite azurite, TimeProvider clock) =>
        new(Assert.Single(await azurite.TakeAccountsAsync(1)), new(clock, new(Lock), Queue.All));

    public void Dispose() => Broker.Dispose();
}
