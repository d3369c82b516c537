namespace MarketingAutomation.Storage;

/// <summary>A partition as a dictionary, and what commits do to it.</summary>
internal static class PartitionStoreModel
{
    internal enum Kind { Insert, Replace, ReplaceStale, Put, Delete }

    /// <param name="Value">First byte of the value.</param>
    internal sealed record Step(string Key, Kind Kind, byte Value);

    private static readonly Gen<Step> GenStep = Gen.Select(Gen.OneOf("-", "0", "A", "a", "a-1", "~"), Gen.Enum<Kind>(), Gen.Byte, (key, kind, value) => new Step(key, kind, value));

    /// <summary>Commits of one to four rows each.</summary>
    public static readonly Gen<Step[][]> Commits = GenStep.Array[1, 4].Select(steps => steps.DistinctBy(step => step.Key).ToArray()).Array[1, 20];

    /// <summary>Runs the commits against both and compares after each.</summary>
    public static async Task CheckAsync(IPartitionStore store, string table, string partition, Step[][] commits)
    {
        var model = new SortedDictionary<string, byte>(StringComparer.Ordinal);
        var (etags, stale) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var steps in commits)
        {
            var firstConflict = steps.FirstOrDefault(step => Conflicts(step, model))?.Key;
            Assert.Equal(firstConflict, await TryCommitAsync(store, table, partition, [.. steps.Select(step => ToWrite(step, etags, stale))]));
            if (firstConflict is null)
                foreach (var step in steps) Apply(step, model);
            var rows = await store.ReadRangeAsync(table, partition, "", "\x7f", CancellationToken.None);
            Assert.Equal(model.Select(pair => (pair.Key, pair.Value)), rows.Select(row => (row.Key, row.Value[0])));
            foreach (var (key, etag) in etags)
                if (!rows.Any(row => row.Key == key && row.ETag == etag)) stale[key] = etag;
            etags = rows.ToDictionary(row => row.Key, row => row.ETag, StringComparer.Ordinal);
        }
    }

    private static bool Conflicts(Step step, SortedDictionary<string, byte> model) => step.Kind switch
    {
        Kind.Insert => model.ContainsKey(step.Key),
        Kind.Replace => !model.ContainsKey(step.Key),
        Kind.ReplaceStale => true,
        _ => false,
    };

    private static void Apply(Step step, SortedDictionary<string, byte> model)
    {
        if (step.Kind is Kind.Delete) model.Remove(step.Key);
        else model[step.Key] = step.Value;
    }

    private static Write ToWrite(Step step, Dictionary<string, string> etags, Dictionary<string, string> stale) => step.Kind switch
    {
        Kind.Insert => new Write.Insert(step.Key, [step.Value]),
        Kind.Replace => new Write.Replace(step.Key, [step.Value], etags.GetValueOrDefault(step.Key, "0")),
        Kind.ReplaceStale => new Write.Replace(step.Key, [step.Value], stale.GetValueOrDefault(step.Key, "0")),
        Kind.Put => new Write.Put(step.Key, [step.Value]),
        _ => new Write.Delete(step.Key),
    };

    private static async Task<string?> TryCommitAsync(IPartitionStore store, string table, string partition, Write[] writes)
    {
        try
        {
            await store.CommitAsync(table, partition, writes, CancellationToken.None);
            return null;
        }
        catch (CommitConflictException conflict)
        {
            return conflict.Key;
        }
    }
}
