using System.Collections.Concurrent;
using MarketingAutomation.Bus;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Handlers;

/// <summary>Works many customers at once: decides each, then runs what follows together. One customer's trouble is that customer's alone.</summary>
internal sealed partial class CustomerWork(EffectRunner effects, IBus bus, TimeProvider clock, ILogger<CustomerWork> log)
{
    /// <summary>Wait before a customer's part that met a fault is tried again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    // Enough to keep the writer's group commits full; effects of so many customers are gathered before they run.
    private const int AtOnce = 64, Together = 512;

    /// <param name="Decide">Decides for one customer.</param>
    /// <param name="Copy">The item as messages of its queue, for trying again later.</param>
    public sealed record Item(string Queue, Func<CancellationToken, Task<Decided>> Decide, Func<IReadOnlyList<byte[]>> Copy);

    public async Task RunAsync(IEnumerable<Item> items, CancellationToken ct)
    {
        foreach (var together in items.Chunk(Together))
        {
            ConcurrentBag<Pending> todos = [];
            ConcurrentBag<Item> failed = [];
            await Parallel.ForEachAsync(together, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (item, token) =>
            {
                try
                {
                    foreach (var todo in (await item.Decide(token)).Todos) todos.Add(todo);
                }
                catch (Exception fault) when (fault is not (OperationCanceledException or StaleCatalogException))
                {
                    Postponed(fault.GetType().Name, fault.StackTrace);
                    failed.Add(item);
                }
            });
            await effects.RunAsync([.. todos.DistinctBy(todo => (todo.Customer, todo.RowKey))], ct);
            foreach (var queue in failed.GroupBy(item => item.Queue))
                await bus.SendAsync(queue.Key, [.. queue.SelectMany(item => item.Copy()).Select(body => new BusMessage(body, clock.GetUtcNow() + RetryAfter))], ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A customer's part of a batch met {Fault} and is tried again later {Stack}")]
    private partial void Postponed(string fault, string? stack);
}
