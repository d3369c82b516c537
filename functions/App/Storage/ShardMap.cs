using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Storage;

/// <summary>Which storage account each shard lives in, and which are on their way to another.</summary>
/// <param name="Mover">The process that moves shards now; null where nobody does.</param>
/// <param name="Beat">Grows while that process lives.</param>
internal sealed record ShardMap(ImmutableArray<ShardHome> Shards, string? Mover = null, long Beat = 0)
{
    /// <summary>A new deployment's: the shards dealt out evenly, in order.</summary>
    public static ShardMap Deal(IReadOnlyList<string> accounts) =>
        new([.. Enumerable.Range(0, Shard.Count).Select(shard => new ShardHome(accounts[shard * accounts.Count / Shard.Count]))]);

    public static ShardMap Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ShardMapJson.Default.ShardMap)!;

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ShardMapJson.Default.ShardMap);

    public ShardMap With(int shard, ShardHome home) => this with { Shards = Shards.SetItem(shard, home) };

    /// <summary>Whether every shard lives where it lived, and has not been closed meanwhile.</summary>
    public bool HasSameHomes(ShardMap other) =>
        ReferenceEquals(this, other) || Shards.Zip(other.Shards).All(pair => pair.First.Account == pair.Second.Account && pair.First.Closings == pair.Second.Closings);

    /// <summary>Opens every shard that is kept closed by a mover that has died; a later mover goes on where it was.</summary>
    public ShardMap WithoutMover() => this with { Mover = null, Shards = [.. Shards.Select(home => home.Phase == ShardPhase.Closed ? home with { Phase = ShardPhase.Copying } : home)] };
}

/// <param name="Account">Name of the account that holds the shard; what other accounts have of it does not count.</param>
/// <param name="Closings">How often it was closed: who began before one and ended after it cannot tell what became of a write.</param>
/// <param name="Other">The account it moves to, or, when <see cref="ShardPhase.Clearing"/>, where its copy is removed.</param>
internal sealed record ShardHome(string Account, long Closings = 0, ShardPhase Phase = ShardPhase.Still, string? Other = null);

internal enum ShardPhase
{
    /// <summary>Lives where it lives.</summary>
    Still,

    /// <summary>Is copied to another account, and in use.</summary>
    Copying,

    /// <summary>Nobody reads or writes it while the rest is copied.</summary>
    Closed,

    /// <summary>Is in use, and its rows in another account are removed.</summary>
    Clearing,
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ShardMap))]
internal sealed partial class ShardMapJson : JsonSerializerContext;
