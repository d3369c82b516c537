using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Broadcasts;

/// <summary>What there is to know of broadcasts, for the command and for <c>console/api</c>.</summary>
internal sealed class BroadcastQueries(IPartitionStore store, Catalog catalog, TimeProvider clock)
{
    private readonly BroadcastRows rows = new(store);

    public async Task<BroadcastList> ListAsync(CancellationToken ct)
    {
        List<BroadcastLine> lines = [];
        foreach (var (id, journey) in catalog.Broadcasts)
        {
            var seen = await SeenAsync(id, journey, ct);
            lines.Add(new(id, journey.Name, seen.State, seen.At, seen.Since, seen.Segment, seen.Message, seen.Listed));
        }
        return new([.. lines.OrderBy(line => line.At).ThenBy(line => line.Id, StringComparer.Ordinal)]);
    }

    /// <summary>Reads the broadcast's facts: as long as its audience is large.</summary>
    /// <returns>Null where there is no such broadcast.</returns>
    public async Task<BroadcastDetails?> ShowAsync(string id, CancellationToken ct)
    {
        if (!catalog.Rules.IsBroadcast(id)) return null;
        var journey = catalog.Journeys[id];
        var seen = await SeenAsync(id, journey, ct);
        var ledger = await LedgerAsync(id, ct);
        var sends = ledger?.Steps.SingleOrDefault(step => step.Step == Broadcast.Step);
        var entered = (ledger?.Treated.Entered ?? 0) + (ledger?.Holdout.Entered ?? 0);
        var settled = sends is null ? 0 : sends.Sent + sends.Skipped + sends.Failed + sends.Unknown;
        var waiting = Math.Max(entered, seen.Listed - seen.Left) - settled; // what was entered a moment ago may not be told yet
        var complete = seen.Shards == StoredCustomers.Shards && waiting == 0;
        return new(id, journey.Name, complete && seen.State == Name(BroadcastState.Running) ? "complete" : seen.State, seen.At, seen.Since, seen.Segment, seen.Message, seen.Shards, StoredCustomers.Shards,
            seen.Listed, seen.Left, entered, ledger?.Holdout.Entered ?? 0, sends?.Sent ?? 0, sends?.Skipped ?? 0, sends?.SkippedBecause ?? [], sends?.Failed ?? 0, sends?.Unknown ?? 0, waiting, complete);
    }

    private async Task<Seen> SeenAsync(string id, Journey journey, CancellationToken ct)
    {
        var (broadcast, send) = ((Entry.Broadcast)journey.Entry, (Step.Send)journey.Steps[0]);
        var plan = (await rows.ReadPlanAsync(id, ct)).Plan;
        var shards = (await rows.ReadShardsAsync(id, ct)).Values.ToList();
        return new(plan is null ? "unpublished" : Name(plan.State), plan?.At ?? broadcast.At, plan?.Since, broadcast.Segment, send.Message, shards.Count(shard => shard.Done), shards.Sum(shard => shard.Listed), shards.Sum(shard => shard.Left));
    }

    private async Task<JourneyReport?> LedgerAsync(string id, CancellationToken ct)
    {
        var builder = new ReportBuilder(new(clock.GetUtcNow(), id));
        await foreach (var partition in FactRows.ReadAsync(store, id, null, null, ct)) builder.AddPartition(partition);
        return builder.Build().Journeys.SingleOrDefault();
    }

    private static string Name(BroadcastState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private sealed record Seen(string State, DateTimeOffset At, DateTimeOffset? Since, string Segment, string Message, int Shards, long Listed, long Left);
}
