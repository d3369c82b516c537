using MarketingAutomation.Bus;
using MarketingAutomation.Handlers;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Broadcasts;

/// <summary>Plans, begins and cancels broadcasts.</summary>
/// <remarks>A broadcast walks over its shards in chains side by side, each chain one message of the broadcasts queue that comes back for the next
/// customers once the messages of those before have had their turn: so there are never more of them outstanding than a page for each chain, whatever the rate.</remarks>
internal sealed partial class BroadcastPlans(IPartitionStore store, IBus bus, Catalog catalog, TimeProvider clock, ILogger<BroadcastPlans> log)
{
    /// <summary>Shards worked side by side: shard n is followed by shard n + so many.</summary>
    public const int Chains = 16;

    private readonly BroadcastRows rows = new(store);

    /// <summary>Sees to it that every broadcast of the catalog begins at its time; called when the catalog is published.</summary>
    public async Task PlanAsync(CancellationToken ct)
    {
        foreach (var (id, journey) in catalog.Broadcasts) await PlanAsync(id, ((Entry.Broadcast)journey.Entry).At, ct);
    }

    /// <summary>Begins a broadcast whose time has come, if that is still what is planned.</summary>
    public async Task BeginAsync(BroadcastWork.Begin begin, CancellationToken ct)
    {
        if (begin.Version > catalog.Version) throw new StaleCatalogException(catalog.Version, begin.Version);
        if (!catalog.Rules.IsBroadcast(begin.Broadcast)) return; // its file was removed
        var (plan, etag) = await rows.ReadPlanAsync(begin.Broadcast, ct);
        if (plan is null || plan.At != begin.At) return;
        if (plan.State == BroadcastState.Planned)
        {
            var now = clock.GetUtcNow();
            var late = BroadcastEntry.IsTooOld(catalog.Policy, plan.At, now);
            plan = late ? plan with { State = BroadcastState.Late } : plan with { State = BroadcastState.Running, Since = now };
            if (!await rows.WritePlanAsync(begin.Broadcast, plan, etag, ct)) throw new CommitConflictException(Tables.Broadcasts, begin.Broadcast, "plan"); // look again
            if (late) BeganLate(begin.Broadcast, plan.At);
        }
        if (plan.State == BroadcastState.Running) await SendHeadsAsync(begin.Broadcast, plan, _ => true, ct); // also where whoever began it died before this
    }

    /// <summary>Begins a broadcast now, whatever its time; one that was cancelled goes on where it was.</summary>
    /// <returns>What it was before; null where no such broadcast has been published. One that runs is left alone.</returns>
    public Task<BroadcastState?> StartAsync(string id, CancellationToken ct) => ChangeAsync(id, BroadcastState.Running, ct);

    /// <summary>Lets nobody enter any more; messages that were asked for go on.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public Task<BroadcastState?> CancelAsync(string id, CancellationToken ct) => ChangeAsync(id, BroadcastState.Cancelled, ct);

    /// <summary>Brings back what was lost on the way: a beginning that did not come, a chain that stands still.</summary>
    /// <returns>How many were found; other than 0 is a fault that somebody has to look into.</returns>
    public async Task<int> RepairAsync(CancellationToken ct)
    {
        var (found, now) = (0, clock.GetUtcNow());
        var limit = now - Sweep.Grace;
        foreach (var (id, _) in catalog.Broadcasts)
            if ((await rows.ReadPlanAsync(id, ct)).Plan is { } plan)
            {
                if (plan.State == BroadcastState.Running && !BroadcastEntry.IsTooOld(catalog.Policy, plan.Since!.Value, now)) found += await SendHeadsAsync(id, plan, touched => touched < limit, ct);
                if (plan.State != BroadcastState.Planned || plan.At >= limit) continue;
                found++;
                await bus.SendAsync(Queue.Broadcasts, [new(new BroadcastWork.Begin(id, plan.At, plan.Version).ToBody())], ct);
            }
        if (found == 0) return 0;
        Telemetry.Repaired("broadcast", found);
        Found(found);
        return found;
    }

    /// <summary>Ends a broadcast that took longer than its message stays fresh.</summary>
    public async Task ExpireAsync(string id, CancellationToken ct)
    {
        var (plan, etag) = await rows.ReadPlanAsync(id, ct);
        if (plan is { State: BroadcastState.Running } && await rows.WritePlanAsync(id, plan with { State = BroadcastState.Expired }, etag, ct)) Expired(id, plan.At);
    }

    private async Task PlanAsync(string id, DateTimeOffset at, CancellationToken ct)
    {
        var (plan, etag) = await rows.ReadPlanAsync(id, ct);
        if (plan is not (null or { State: BroadcastState.Planned or BroadcastState.Late }) || plan?.At == at) return; // it has begun, or is planned so
        var next = new BroadcastPlan(BroadcastEntry.IsTooOld(catalog.Policy, at, clock.GetUtcNow()) ? BroadcastState.Late : BroadcastState.Planned, at, null, catalog.Version);
        // First the message, then the plan: whoever dies in between does both again, and the message of a time that is not planned begins nothing.
        if (next.State == BroadcastState.Planned) await bus.SendAsync(Queue.Broadcasts, [new(new BroadcastWork.Begin(id, at, catalog.Version).ToBody(), at)], ct);
        if (await rows.WritePlanAsync(id, next, etag, ct) && next.State == BroadcastState.Late) BeganLate(id, at);
    }

    private async Task<BroadcastState?> ChangeAsync(string id, BroadcastState to, CancellationToken ct)
    {
        while (true)
        {
            var (plan, etag) = await rows.ReadPlanAsync(id, ct);
            if (plan is null || plan.State == to) return plan?.State;
            if (to == BroadcastState.Cancelled && plan.State is not (BroadcastState.Planned or BroadcastState.Running)) return plan.State; // nobody enters anyway
            var next = plan with { State = to, Since = to == BroadcastState.Running ? clock.GetUtcNow() : plan.Since };
            if (!await rows.WritePlanAsync(id, next, etag, ct)) continue; // somebody was first: look again
            if (to == BroadcastState.Running) await SendHeadsAsync(id, next, _ => true, ct);
            return plan.State;
        }
    }

    // The next slice of each chain that was last touched so.
    private async Task<int> SendHeadsAsync(string id, BroadcastPlan plan, Func<DateTimeOffset, bool> touched, CancellationToken ct)
    {
        var shards = await rows.ReadShardsAsync(id, ct);
        List<BusMessage> heads = [];
        for (var chain = 0; chain < Chains; chain++)
        {
            var (shard, last) = (chain, plan.Since!.Value);
            for (; shard < StoredCustomers.Shards; shard += Chains)
            {
                if (shards.GetValueOrDefault(shard) is not { } progress) break;
                if (progress.TouchedAt > last) last = progress.TouchedAt;
                if (!progress.Done) break;
            }
            if (shard < StoredCustomers.Shards && touched(last)) heads.Add(new(new BroadcastWork.Slice(id, shard, shards.GetValueOrDefault(shard)?.After ?? "", plan.Version, []).ToBody()));
        }
        if (heads.Count > 0) await bus.SendAsync(Queue.Broadcasts, heads, ct);
        return heads.Count;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broadcast {Broadcast} was to begin at {At:O}, which is long past, and was not begun; `marketing broadcasts start` begins it")]
    private partial void BeganLate(string broadcast, DateTimeOffset at);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broadcast {Broadcast} of {At:O} has taken longer than its message stays fresh, and nobody enters it any more")]
    private partial void Expired(string broadcast, DateTimeOffset at);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep found {Count} broadcasts that did not begin or stood still, and repairs them")]
    private partial void Found(int count);
}
