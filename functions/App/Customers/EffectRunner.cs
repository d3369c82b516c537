using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Controls;
using MarketingAutomation.Receptions;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>Runs what decisions ask of the edge, then forgets that it was asked. Running an effect twice does no harm.</summary>
internal sealed class EffectRunner(IPartitionStore store, IBus bus, Suppressions suppressions)
{
    private readonly Members members = new(store);

    private const int MostRows = 100;

    /// <summary>Runs the effects of many commits together, so that what goes to one place goes there at once.</summary>
    public async Task RunAsync(IReadOnlyCollection<Pending> todos, CancellationToken ct)
    {
        if (todos.Count == 0) return;
        List<BusMessage> wakes = [], deliveries = [];
        List<Fact> facts = [];
        List<MemberChange> memberships = [];
        List<(CustomerKey, Effect.AwaitResume)> waiting = [];
        List<Effect.Count> counts = [];
        foreach (var todo in todos)
            foreach (var effect in todo.Effects)
                switch (effect)
                {
                    case Effect.WakeAt wake: wakes.Add(new(new Nudge.Wake(todo.Customer, wake.At).ToBody(), wake.At)); break;
                    case Effect.Merge merge: wakes.Add(new(new Nudge.Merge(merge.Anonymous, todo.Customer).ToBody())); break;
                    case Effect.AbsorbNext next: wakes.Add(new(new Nudge.Absorb(next.Into, next.From, next.Position).ToBody())); break;
                    case Effect.Deliver deliver: deliveries.Add(new(new DeliveryRequest(todo.Customer, deliver.Delivery).ToBody(), deliver.Due)); break;
                    case Effect.AwaitResume wait: waiting.Add((todo.Customer, wait)); break;
                    case Effect.Count count: counts.Add(count); break;
                    case Effect.Record record: facts.Add(record.Fact); break;
                    case Effect.Member member: memberships.Add(new(member.Segment, todo.Customer, CustomerRows.VersionOf(todo.RowKey), member.Since)); break;
                    case Effect.Suppress suppress: await suppressions.AddAsync(suppress.Address, suppress.Reason, ct); break;
                    default: throw new UnreachableException($"No runner for {effect.GetType().Name}");
                }
        await Task.WhenAll([SendAsync(Queue.Wakes, wakes, ct), SendAsync(Queue.Deliveries, deliveries, ct), .. Record(facts, ct), members.PutAsync(memberships, ct), WaitingDeliveries.PutAsync(store, waiting, ct), ReceptionRows.PutAsync(store, counts, ct)]);
        await Task.WhenAll(Forget(todos, ct));
    }

    private Task SendAsync(string queue, List<BusMessage> messages, CancellationToken ct) => messages.Count == 0 ? Task.CompletedTask : bus.SendAsync(queue, messages, ct);

    private IEnumerable<Task> Forget(IReadOnlyCollection<Pending> todos, CancellationToken ct) =>
        from customer in todos.GroupBy(todo => todo.Customer)
        from chunk in customer.Chunk(MostRows)
        select store.CommitAsync(Tables.Customers, customer.Key.Value, [.. chunk.Select(todo => new Write.Delete(todo.RowKey))], ct);

    private IEnumerable<Task> Record(List<Fact> facts, CancellationToken ct) =>
        from partition in facts.GroupBy(FactRows.Partition, StringComparer.Ordinal)
        from chunk in partition.DistinctBy(fact => fact.Id, StringComparer.Ordinal).Chunk(MostRows)
        select store.CommitAsync(Tables.Facts, partition.Key, [.. chunk.Select(fact => new Write.Put(fact.Id, JsonSerializer.SerializeToUtf8Bytes(fact, CoreJson.Default.Fact)))], ct);
}
