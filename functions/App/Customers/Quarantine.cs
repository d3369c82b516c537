using System.Text.Json;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>Inputs that cannot be decided are put aside with the reason, so that everything else goes on.</summary>
internal sealed partial class Quarantine(IPartitionStore store, ILogger<Quarantine> log)
{
    public async Task AddAsync(CustomerKey customer, Input input, Exception fault, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new LogEntry(default, 0, input, [$"{fault.GetType().Name} in {fault.TargetSite?.DeclaringType?.Name}.{fault.TargetSite?.Name}"]), CoreJson.Default.LogEntry);
        await store.CommitAsync(Tables.Quarantine, customer.Value, [new Write.Put(Hash.Text(System.Security.Cryptography.SHA256.HashData(bytes), 20), Packed.Pack(bytes))], ct);
        Added(customer.Value, fault.GetType().Name, fault.StackTrace);
    }

    // The exception's own text is left out: it may quote the customer's data.
    [LoggerMessage(Level = LogLevel.Error, Message = "An input of customer {Customer} cannot be decided and is in quarantine: {Fault} {Stack}")]
    private partial void Added(string customer, string fault, string? stack);
}
