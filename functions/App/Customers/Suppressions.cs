using System.Text;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>Addresses that get nothing more, by keyed hash, so that the list gives away nobody and outlives erasure.</summary>
internal sealed class Suppressions(IPartitionStore store, Deployment deployment, TimeProvider clock)
{
    public async Task<bool> ContainsAsync(string address, CancellationToken ct)
    {
        var key = KeyOf(address);
        return await store.ReadAsync(Tables.Suppressions, key[..2], key, ct) is not null;
    }

    /// <param name="reason">Class of the refusal, without personal data.</param>
    public async Task AddAsync(string address, string reason, CancellationToken ct)
    {
        var key = KeyOf(address);
        await store.CommitAsync(Tables.Suppressions, key[..2], [new Write.Put(key, Encoding.UTF8.GetBytes($"{clock.GetUtcNow():O} {reason}"))], ct);
    }

    private string KeyOf(string address) => Hash.Keyed(deployment.Pepper, "address", EmailAddress.Canonical(address));
}
