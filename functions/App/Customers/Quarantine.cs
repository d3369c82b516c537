using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>Inputs that cannot be decided are put aside with the reason, so that everything else goes on.</summary>
internal sealed partial class Quarantine(IPartitionStore store, ILogger<Quarantine> log)
{
    public async Task AddAsync(CustomerKey customer, Input input, Exception fault, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new LogEntry(default, 0, input, [$"{fault.GetType().Name} in {fault.TargetSite?.DeclaringType?.Name}.{fault.TargetSite?.Name}"]), CoreJson.Default.LogEntry);
        await store.CommitAsync(Tables.Quarantine, customer.Value, [new Write.Put(Hash.Text(System.Security.Cryptography.SHA256.HashData(bytes), 20), Packed.Pack(bytes))], ct);
        Telemetry.Quarantined();
        Added(customer.Value, fault.GetType().Name, fault.StackTrace);
    }

    /// <summary>Puts aside what a queue's message holds, or a part of it, that cannot be worked as a whole.</summary>
    public async Task AddAsync(string queue, byte[] body, Exception fault, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new QuarantinedMessage(body, $"{fault.GetType().Name} in {fault.TargetSite?.DeclaringType?.Name}.{fault.TargetSite?.Name}"), QuarantineJson.Default.QuarantinedMessage);
        await store.CommitAsync(Tables.Quarantine, queue, [new Write.Put(Hash.Text(System.Security.Cryptography.SHA256.HashData(body), 20), Packed.Pack(bytes))], ct);
        Telemetry.Quarantined();
        AddedMessage(queue, fault.GetType().Name, fault.StackTrace);
    }

    // The exception's own text is left out: it may quote the customer's data.
    [LoggerMessage(Level = LogLevel.Error, Message = "An input of customer {Customer} cannot be decided and is in quarantine: {Fault} {Stack}")]
    private partial void Added(string customer, string fault, string? stack);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Queue} cannot be worked and is in quarantine: {Fault} {Stack}")]
    private partial void AddedMessage(string queue, string fault, string? stack);
}

/// <summary>A quarantined message: its row stands in the partition of its queue.</summary>
internal sealed record QuarantinedMessage(byte[] Body, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QuarantinedMessage))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
