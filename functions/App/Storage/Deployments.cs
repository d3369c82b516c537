using System.Security.Cryptography;
using System.Text;

namespace MarketingAutomation.Storage;

/// <summary>The deployment's secrets; made once, when its data is made.</summary>
internal static class Deployments
{
    private const int SecretBytes = 32;

    public static async Task<Deployment> OpenAsync(IPartitionStore store, NodeOptions options, CancellationToken ct) =>
        new(await SecretAsync(store, "pepper", options.Seed, ct), await SecretAsync(store, "tracking", options.Seed, ct), options.PublicUrl);

    private static async Task<byte[]> SecretAsync(IPartitionStore store, string name, int? seed, CancellationToken ct)
    {
        while (true)
        {
            if (await store.ReadAsync(Tables.Deployment, "secrets", name, ct) is { } row) return row.Value;
            var secret = seed is { } number ? SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {number}")) : RandomNumberGenerator.GetBytes(SecretBytes);
            try
            {
                await store.CommitAsync(Tables.Deployment, "secrets", [new Write.Insert(name, secret)], ct);
                return secret;
            }
            catch (CommitConflictException) { } // another process made it first: take that one
        }
    }
}
