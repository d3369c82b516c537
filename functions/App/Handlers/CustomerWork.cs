using System.Collections.Concurrent;
using MarketingAutomation.Bus;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Handlers;

/// <summary>Works many customers at once: decides each, then runs what follows together. One customer's trouble is that customer's alone.</summary>
/// <remarks>What keeps failing goes back to its queue as a delayed copy, so that the original is done with and no healthy message wears out with it.
/// A fault that does not pass by itself puts the part into quarantine after <see cref="MostTries"/> copies.</remarks>
internal sealed partial class CustomerWork(EffectRunner effects, IBus bus, Quarantine quarantine, TimeProvider clock, Retries retries, ILogger<CustomerWork> log)
{
    /// <summary>Copies of work whose fault is not one that passes: about five minutes.</summary>
    public const int MostTries = 5;

    // Enough to keep the writer's group commits full; effects of so many customers are gathered before they run.
    private const int MostAtOnce = 64, Together = 512;

    /// <param name="Tries">How often this was given up before.</param>
    /// <param name="Decide">Decides for one customer.</param>
    /// <param name="Copy">The item as messages of its queue, for trying again later; asked whether to take it apart, so that what is sound does not suffer for what is not.</param>
    public sealed record Item(string Queue, int Tries, Func<CancellationToken, Task<Decided>> Decide, Func<bool, IReadOnlyList<byte[]>> Copy);

    /// <summary>What the messages hold; one that cannot be read goes into quarantine.</summary>
    public async Task<IReadOnlyList<(T Content, int Tries)>> ReadAsync<T>(IReadOnlyList<Received> batch, Func<byte[], T> read, CancellationToken ct)
    {
        List<(T, int)> contents = [];
        foreach (var received in batch)
            try
            {
                var copy = DelayedCopy.Of(received.Body);
                contents.Add((read(copy.Body), copy.Tries));
            }
            catch (Exception fault) when (!Faults.Passes(fault))
            {
                await retries.RunAsync(token => quarantine.AddAsync(received.Queue, received.Body, fault, token), ct);
            }
        return contents;
    }

    public async Task RunAsync(IEnumerable<Item> items, CancellationToken ct)
    {
        foreach (var together in items.Chunk(Together))
        {
            ConcurrentBag<Done> done = [];
            ConcurrentBag<Failed> failed = [];
            await Parallel.ForEachAsync(together, AtOnce(ct), async (item, token) =>
            {
                try
                {
                    if ((await item.Decide(token)).Todos is [_, ..] todos) done.Add(new(item, todos));
                }
                catch (Exception fault) when (Faults.IsOfWork(fault, ct))
                {
                    failed.Add(new(item, fault));
                }
            });
            await RunEffectsAsync([.. done], failed, ct);
            if (!failed.IsEmpty) await PostponeAsync([.. failed], ct);
        }
    }

    // Together, because what goes to one place goes there at once; each by itself where that fails, so that nobody fails for another's sake.
    private async Task RunEffectsAsync(IReadOnlyList<Done> done, ConcurrentBag<Failed> failed, CancellationToken ct)
    {
        if (done.Count == 0) return;
        try
        {
            List<Pending> todos = [.. done.SelectMany(each => each.Todos).DistinctBy(todo => (todo.Customer, todo.RowKey))];
            await retries.RunAsync(token => effects.RunAsync(todos, token), ct);
            Telemetry.Count(todos);
        }
        catch (Exception fault) when (Faults.IsOfWork(fault, ct))
        {
            await Parallel.ForEachAsync(done, AtOnce(ct), async (each, token) =>
            {
                try
                {
                    await effects.RunAsync(each.Todos, token);
                    Telemetry.Count(each.Todos);
                }
                catch (Exception own) when (Faults.IsOfWork(own, ct))
                {
                    failed.Add(new(each.Item, own));
                }
            });
        }
    }

    private async Task PostponeAsync(IReadOnlyList<Failed> failed, CancellationToken ct)
    {
        foreach (var queue in failed.GroupBy(each => each.Item.Queue))
        {
            List<BusMessage> copies = [];
            foreach (var (item, fault) in queue)
                foreach (var body in item.Copy(!Faults.Passes(fault)))
                    if (item.Tries >= MostTries && !Faults.Passes(fault))
                        await retries.RunAsync(token => quarantine.AddAsync(item.Queue, body, fault, token), ct);
                    else
                        copies.Add(Copy(new(body, item.Tries + 1)));
            if (copies.Count > 0) await retries.RunAsync(token => bus.SendAsync(queue.Key, copies, token), ct);
            Telemetry.Postponed(queue.Key, copies.Count);
            var example = queue.First().Fault;
            PostponedParts(queue.Count(), queue.Key, example.GetType().Name, example.StackTrace);
        }
    }

    // On the caller's own scheduler, whichever that is.
    private static ParallelOptions AtOnce(CancellationToken ct) => new() { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = ct, TaskScheduler = null };

    private BusMessage Copy(DelayedCopy copy) => new(copy.ToBody(), clock.GetUtcNow() + copy.Delay);

    private sealed record Done(Item Item, IReadOnlyList<Pending> Todos);

    private sealed record Failed(Item Item, Exception Fault);

    // One line however many customers: an outage must not bury the log.
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} customers' parts of a batch of {Queue} met {Fault} and are tried again later {Stack}")]
    private partial void PostponedParts(int count, string queue, string fault, string? stack);
}
