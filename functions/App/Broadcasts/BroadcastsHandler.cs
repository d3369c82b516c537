using System.Collections.Concurrent;
using System.Diagnostics;
using MarketingAutomation.Bus;
using MarketingAutomation.Customers;
using MarketingAutomation.Handlers;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Broadcasts;

/// <summary>Broadcasts queue: enters the customers of a segment page by page, and sends what broadcasts send, beside the live queues.</summary>
internal sealed class BroadcastsHandler(IPartitionStore store, CustomerStore customers, EffectRunner effects, IBus bus, BroadcastPlans broadcasts, DeliveriesHandler deliveries, Catalog catalog, CustomerWork work, TimeProvider clock, Retries retries) : IHandler
{
    private const int PageCustomers = 100, AtOnce = 32;

    // A message that has not had its turn for so long will not have it soon: nobody waits for it any more.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromSeconds(5);

    // From the commit of a page to the message that goes on, or to the next touch while it waits, it is never so long unless somebody died.
    private static readonly TimeSpan Still = TimeSpan.FromMinutes(1);

    private readonly BroadcastRows rows = new(store);
    private readonly AudiencePages pages = new(store, clock);

    public async Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct) => await work.RunAsync(
        from message in await work.ReadAsync(batch, BroadcastWork.Of, ct)
        select message.Content is BroadcastWork.Deliver deliver
            ? deliveries.ItemOf(new(deliver.Customer, deliver.Delivery, IsBroadcast: true), message.Tries)
            : new CustomerWork.Item(Queue.Broadcasts, message.Tries, token => WorkAsync(message.Content, token), _ => [message.Content.ToBody()]),
        ct);

    private async Task<Decided> WorkAsync(BroadcastWork message, CancellationToken ct)
    {
        switch (message)
        {
            case BroadcastWork.Begin begin: await broadcasts.BeginAsync(begin, ct); break;
            case BroadcastWork.Slice slice: await WalkAsync(slice, ct); break;
            case BroadcastWork.Enter enter: return await customers.DecideAsync(enter.Customer, [new Input.Enter(enter.Broadcast)], ct);
            default: throw new UnreachableException($"No work for {message.GetType().Name}");
        }
        return Decided.Nothing;
    }

    private async Task WalkAsync(BroadcastWork.Slice slice, CancellationToken ct)
    {
        if (slice.Version > catalog.Version) throw new StaleCatalogException(catalog.Version, slice.Version);
        if (catalog.Journeys.GetValueOrDefault(slice.Broadcast)?.Entry is not Entry.Broadcast broadcast) return; // its file was removed
        if ((await rows.ReadPlanAsync(slice.Broadcast, ct)).Plan is not { State: BroadcastState.Running, Since: { } since }) return;
        if (BroadcastEntry.IsTooOld(catalog.Policy, since, clock.GetUtcNow()))
        {
            await broadcasts.ExpireAsync(slice.Broadcast, ct);
            return;
        }
        var (known, etag) = await rows.ReadShardAsync(slice.Broadcast, slice.Shard, ct);
        var progress = known ?? ShardProgress.None;
        if (progress.Done || progress.After != slice.After) await RepeatAsync(slice, progress, ct);
        else if (await StillWaitingAsync(slice, ct) is [_, ..] waiting) await WaitAsync(slice with { Waiting = waiting }, progress, etag, ct);
        else await EnterAsync(slice, broadcast.Segment, progress, etag, ct);
    }

    private async Task EnterAsync(BroadcastWork.Slice slice, string segment, ShardProgress before, string? etag, CancellationToken ct)
    {
        var page = await pages.NextAsync(slice.Broadcast, segment, slice.Shard, slice.After, PageCustomers, ct);
        var entered = await EnterAsync(slice.Broadcast, page, ct);
        var left = page.Count - entered.Count(customer => BroadcastEntry.HasEntered(customer, slice.Broadcast));
        var progress = new ShardProgress(before.Listed + page.Count, before.Left + left, slice.After, page is [.., var last] ? last.Value : slice.After, page.Count < PageCustomers, clock.GetUtcNow());
        // First how far, then what goes on: whoever dies in between is followed by the same message again, which then finds its page done (see RepeatAsync).
        if (!await rows.WriteShardAsync(slice.Broadcast, slice.Shard, progress, etag, ct)) return; // another copy of the message was first
        var limit = clock.GetUtcNow() - Patience;
        await GoOnAsync(slice, progress, [.. entered.Where(customer => BroadcastEntry.IsWaiting(customer, slice.Broadcast, limit)).Select(customer => customer.Key)], ct);
    }

    // The customers of a page as they are afterwards, whoever has done it.
    private async Task<IReadOnlyCollection<Customer>> EnterAsync(string broadcast, IReadOnlyList<CustomerKey> page, CancellationToken ct)
    {
        ConcurrentBag<Decided> decided = [];
        // Who has been merged into another has that one's turn: counted here as left.
        await Parallel.ForEachAsync(page, Options(ct), async (key, token) => decided.Add(await retries.RunAsync(again => customers.DecideAsync(key,
            (customer, _) => ValueTask.FromResult<IReadOnlyList<Input>>(customer.MergedInto is null ? [new Input.Enter(broadcast)] : []), again), token)));
        List<Pending> todos = [.. decided.SelectMany(each => each.Todos).DistinctBy(todo => (todo.Customer, todo.RowKey))];
        await retries.RunAsync(again => effects.RunAsync(todos, again), ct);
        Telemetry.Count(todos);
        return [.. decided.Select(each => each.Customer)];
    }

    private Task GoOnAsync(BroadcastWork.Slice slice, ShardProgress progress, IReadOnlyList<CustomerKey> waiting, CancellationToken ct)
    {
        var next = progress.Done ? slice with { Shard = slice.Shard + BroadcastPlans.Chains, After = "" } : slice with { After = progress.After };
        return next.Shard < StoredCustomers.Shards ? retries.RunAsync(again => bus.SendAsync(Queue.Broadcasts, [new((next with { Waiting = waiting, Waits = 0 }).ToBody())], again), ct) : Task.CompletedTask;
    }

    // The page has been done. Another message goes on, unless whoever did it died before it sent that one: which shows when nothing moves for a while.
    private async Task RepeatAsync(BroadcastWork.Slice slice, ShardProgress progress, CancellationToken ct)
    {
        if (progress.From != slice.After) return;
        if (progress.TouchedAt < clock.GetUtcNow() - Still) await GoOnAsync(slice, progress, [], ct);
        else await bus.SendAsync(Queue.Broadcasts, [new(slice.ToBody(), progress.TouchedAt + Still * 1.5)], ct);
    }

    private async Task<IReadOnlyList<CustomerKey>> StillWaitingAsync(BroadcastWork.Slice slice, CancellationToken ct)
    {
        var limit = clock.GetUtcNow() - Patience;
        ConcurrentBag<CustomerKey> waiting = [];
        await Parallel.ForEachAsync(slice.Waiting, Options(ct), async (key, token) =>
        {
            var customer = (await customers.LoadAsync(key, token)).Customer;
            if (customer.MergedInto is null && BroadcastEntry.IsWaiting(customer, slice.Broadcast, limit)) waiting.Add(key);
        });
        return [.. waiting];
    }

    private async Task WaitAsync(BroadcastWork.Slice slice, ShardProgress progress, string? etag, CancellationToken ct)
    {
        var (now, pause) = (clock.GetUtcNow(), TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(slice.Waits, 10), LongestPause.Ticks)));
        // A chain that waits says that it lives; where another has moved the shard meanwhile, this one ends.
        if (progress.TouchedAt < now - Still / 2 && !await rows.WriteShardAsync(slice.Broadcast, slice.Shard, progress with { TouchedAt = now }, etag, ct)) return;
        await bus.SendAsync(Queue.Broadcasts, [new((slice with { Waits = slice.Waits + 1 }).ToBody(), now + pause)], ct);
    }

    // On the caller's own scheduler, whichever that is.
    private static ParallelOptions Options(CancellationToken ct) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct, TaskScheduler = null };
}
