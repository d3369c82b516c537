using System.Security.Cryptography;
using System.Text;
using MarketingAutomation.Commands;

namespace MarketingAutomation.Storage;

/// <summary>The deployment's secrets. The surroundings give them (<c>MARKETING_PEPPER</c>, <c>MARKETING_TRACKING_KEY</c>: base64 of 32 bytes), from a vault; where they do not, the storage keeps them, made once.</summary>
internal static class Deployments
{
    private const int SecretBytes = 32;

    private const string Pepper = "pepper", Tracking = "tracking", Partition = "secrets";

    public static Task<Deployment> OpenAsync(IPartitionStore store, NodeOptions options, CancellationToken ct) => OpenAsync(store, options, Environment.GetEnvironmentVariable, ct);

    /// <param name="variable">What a variable says; not asked where <see cref="NodeOptions.Seed"/> makes the secrets.</param>
    /// <exception cref="CommandFault">A secret given is none, or not the one this data was made with.</exception>
    public static async Task<Deployment> OpenAsync(IPartitionStore store, NodeOptions options, Func<string, string?> variable, CancellationToken ct) =>
        new(await SecretAsync(store, Pepper, "MARKETING_PEPPER", options.Seed, variable, ct), await SecretAsync(store, Tracking, "MARKETING_TRACKING_KEY", options.Seed, variable, ct), options.PublicUrl);

    /// <summary>The same without making or leaving anything.</summary>
    /// <returns>Null where a secret is neither given nor kept.</returns>
    public static async Task<Deployment?> FindAsync(IPartitionStore store, Uri publicUrl, Func<string, string?> variable, CancellationToken ct) =>
        await FindAsync(store, Pepper, "MARKETING_PEPPER", variable, ct) is { } pepper && await FindAsync(store, Tracking, "MARKETING_TRACKING_KEY", variable, ct) is { } tracking
            ? new(pepper, tracking, publicUrl)
            : null;

    /// <summary>A secret as a variable gives it.</summary>
    /// <returns>Null where it is not 32 bytes in base64.</returns>
    public static byte[]? Parse(string text)
    {
        var secret = new byte[SecretBytes];
        return Convert.TryFromBase64String(text.Trim(), secret, out var length) && length == SecretBytes ? secret : null;
    }

    private static async Task<byte[]?> FindAsync(IPartitionStore store, string name, string variableName, Func<string, string?> variable, CancellationToken ct) =>
        variable(variableName) is { Length: > 0 } text ? Parse(text) : (await store.ReadAsync(Tables.Deployment, Partition, name, ct))?.Value;

    private static async Task<byte[]> SecretAsync(IPartitionStore store, string name, string variableName, int? seed, Func<string, string?> variable, CancellationToken ct)
    {
        if (seed is { } number) return await FirstAsync(store, name, SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {number}")), ct);
        if (variable(variableName) is { Length: > 0 } text)
            return await CheckAsync(store, name, variableName, Parse(text) ?? throw new CommandFault($"{variableName} is not 32 bytes in base64, as `openssl rand -base64 32` makes them; where it refers to a vault, the vault did not answer."), ct);
        if (await store.ReadAsync(Tables.Deployment, Partition, Mark(name), ct) is not null) throw new CommandFault($"{variableName} is not set, but this data was made with one; set it to the same again.");
        return await FirstAsync(store, name, RandomNumberGenerator.GetBytes(SecretBytes), ct);
    }

    // With another pepper every customer would be a new one, and with another key no link in a sent message would work: so a hash is left that knows it again.
    private static async Task<byte[]> CheckAsync(IPartitionStore store, string name, string variableName, byte[] secret, CancellationToken ct)
    {
        var kept = await store.ReadAsync(Tables.Deployment, Partition, name, ct);
        var same = kept is not null
            ? CryptographicOperations.FixedTimeEquals(kept.Value, secret)
            : CryptographicOperations.FixedTimeEquals(await FirstAsync(store, Mark(name), SHA256.HashData(secret), ct), SHA256.HashData(secret));
        return same ? secret : throw new CommandFault($"{variableName} is another than the one this data was made with; set it to that one again.");
    }

    private static string Mark(string name) => $"{name}-hash";

    // What the row holds; where there is none, what we put there.
    private static async Task<byte[]> FirstAsync(IPartitionStore store, string key, byte[] value, CancellationToken ct)
    {
        while (true)
        {
            if (await store.ReadAsync(Tables.Deployment, Partition, key, ct) is { } row) return row.Value;
            try
            {
                await store.CommitAsync(Tables.Deployment, Partition, [new Write.Insert(key, value)], ct);
                return value;
            }
            catch (CommitConflictException) { } // another process made it first: take that one
        }
    }
}
