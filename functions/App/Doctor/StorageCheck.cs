using System.Security.Cryptography;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Doctor;

/// <summary>Writes, reads, changes and deletes a row of its own: reachable, and all rights are there.</summary>
internal sealed class StorageCheck(Func<CancellationToken, Task<IPartitionStore?>> open, bool azure) : ICheck
{
    private const string Partition = "doctor";

    public string Name => "storage";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) => [await LookAsync(ct)];

    private async Task<Finding> LookAsync(CancellationToken ct)
    {
        var step = "open";
        try
        {
            if (await open(ct) is not { } store) return new(Name, Severity.Fine, "Nothing is kept yet; `marketing serve` makes what it needs.");
            var key = RandomNumberGenerator.GetHexString(16, lowercase: true);
            step = "write";
            await store.CommitAsync(Tables.Deployment, Partition, [new Write.Insert(key, [1])], ct);
            step = "read";
            var row = await store.ReadAsync(Tables.Deployment, Partition, key, ct);
            if (row is not { Value: [1] }) return new(Name, Severity.Blocking, "A row just written is not there.", "Look whether two stores answer to the same name.");
            step = "change";
            await store.CommitAsync(Tables.Deployment, Partition, [new Write.Replace(key, [2], row.ETag)], ct);
            step = "delete";
            await store.CommitAsync(Tables.Deployment, Partition, [new Write.Delete(key)], ct);
            return new(Name, Severity.Fine, "A row was written, read, changed and deleted.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return new(Name, Severity.Blocking, $"Cannot {step}: {fault.GetType().Name}.", azure
                ? $"See that {Surroundings.Storage} names the accounts, that they can be reached from here, and that this identity has the role Storage Table Data Contributor on each (a new right takes up to ten minutes)."
                : "See that the data folder is on a local disk, has room, and can be written to.");
        }
    }
}
