using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Controls;

/// <summary>The last word on each scope in one row, and beside it, in the same commit, a row for every change that was ever made.</summary>
internal sealed class ControlStore(IPartitionStore store, TimeProvider clock)
{
    private const string Partition = "controls", Standing = "control-", StandingEnd = "control.", Change = "change-", ChangeEnd = "change.";

    public async Task<ControlSet> ReadAsync(CancellationToken ct) =>
        new([.. (await store.ReadRangeAsync(Tables.Catalogs, Partition, Standing, StandingEnd, ct)).Select(Read)]);

    /// <summary>Changes, the newest first.</summary>
    public async Task<IReadOnlyList<Control>> HistoryAsync(int most, CancellationToken ct) =>
        [.. (await store.ReadRangeAsync(Tables.Catalogs, Partition, Change, ChangeEnd, ct)).TakeLast(most).Reverse().Select(Read)];

    /// <summary>Says the last word on a scope.</summary>
    /// <param name="changes">Asked about what stands; false leaves it as it is.</param>
    /// <returns>What stands now, and whether that is our doing: of several who say the same at once only one has changed anything.</returns>
    public async Task<(Control Now, bool Changed)> SetAsync(Control wanted, Func<Control?, bool> changes, CancellationToken ct)
    {
        var key = Standing + KeyOf(wanted.Scope);
        while (true)
        {
            var row = await store.ReadAsync(Tables.Catalogs, Partition, key, ct);
            var known = row is null ? null : Read(row);
            if ((known?.Stop ?? Stop.None) == wanted.Stop || !changes(known)) return (known ?? wanted, false);
            var said = wanted with { Since = clock.GetUtcNow() };
            var bytes = JsonSerializer.SerializeToUtf8Bytes(new ControlRow(said.Scope.Kind, said.Scope.Id, said.Stop, said.Since, said.By, said.Reason), ControlJson.Default.ControlRow);
            try
            {
                await store.CommitAsync(Tables.Catalogs, Partition, [row is null ? new Write.Insert(key, bytes) : new Write.Replace(key, bytes, row.ETag), new Write.Insert(ChangeKey(said.Since), bytes)], ct);
                return (said, true);
            }
            catch (CommitConflictException) { } // somebody else was first: see what that was
        }
    }

    private static string KeyOf(ControlScope scope) => scope.Kind == ControlKind.All ? "all" : $"{scope.Kind.ToString().ToLowerInvariant()}-{scope.Id}";

    private static string ChangeKey(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{Change}{at.UtcTicks:D19}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    private static Control Read(Row row) =>
        JsonSerializer.Deserialize(row.Value, ControlJson.Default.ControlRow) is { } said ? new(new(said.Kind, said.Id), said.Stop, said.Since, said.By, said.Reason) : throw new InvalidDataException("A control's row is empty.");
}

/// <summary>A control as its row holds it.</summary>
internal sealed record ControlRow(ControlKind Kind, string Id, Stop Stop, DateTimeOffset Since, string By, string? Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlRow))]
internal sealed partial class ControlJson : JsonSerializerContext;
