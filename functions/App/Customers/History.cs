using System.Collections.Concurrent;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Customers;

/// <summary>Writes past events into customers, beside the live queues: they are counted, and nothing is sent for them.</summary>
internal sealed class History(CustomerStore customers, EffectRunner effects, byte[] pepper)
{
    private const int AtOnce = 64;

    /// <summary>The events are in when this returns, each once, however often it is called with them.</summary>
    public async Task WriteAsync(IReadOnlyList<CustomerEvent> events, CancellationToken ct)
    {
        ConcurrentBag<Pending> todos = [];
        await Parallel.ForEachAsync(events.GroupBy(e => e.KeyOf(pepper)), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (customer, token) =>
        {
            Input[] inputs = [.. customer.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).Select(e => new Input.Happened(e, History: true))];
            foreach (var todo in (await customers.DecideAsync(customer.Key, inputs, token)).Todos) todos.Add(todo);
        });
        await effects.RunAsync([.. todos.DistinctBy(todo => (todo.Customer, todo.RowKey))], ct);
    }
}
