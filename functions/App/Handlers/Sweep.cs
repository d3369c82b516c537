using MarketingAutomation.Bus;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Handlers;

/// <summary>The safety net: goes slowly over all customers, and wakes those whose wake or whose effects were lost on the way. Finding any is a fault that somebody has to look into.</summary>
/// <param name="chores">What else is done at each tick.</param>
internal sealed partial class Sweep(IPartitionStore store, IBus bus, TimeProvider clock, ILogger<Sweep> log, IReadOnlyList<Func<CancellationToken, Task>> chores)
{
    /// <summary>Later than this after its due time a wake is overdue, and a todo after its commit left over; before, it is on its way.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    /// <summary>Turns until every customer has been looked at: with one every five minutes, under three hours.</summary>
    public const int Turns = Shards / ShardsAtOnce;

    private const int Shards = 256, ShardsAtOnce = 8, MessagesAtOnce = 100;

    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(5);

    /// <summary>Takes the turn that the clock says it is, so that nothing is remembered between turns, and several processes share them.</summary>
    public Task RunAsync(CancellationToken ct) => Task.WhenAll([RunAsync((int)(clock.GetUtcNow().UtcTicks / Turn.Ticks % Turns), ct), .. chores.Select(chore => chore(ct))]);

    /// <param name="turn">From 0 up to <see cref="Turns"/>, exclusive.</param>
    /// <returns>What was found, and is repaired as soon as the wakes queue has been worked.</returns>
    public async Task<SweepResult> RunAsync(int turn, CancellationToken ct)
    {
        var result = new SweepResult(0, 0, 0);
        List<CustomerKey> found = [];
        await foreach (var customer in ReadAsync(turn, ct))
        {
            var (overdue, leftover) = (customer.IsOverdue(clock.GetUtcNow() - Grace), customer.HasLeftovers(clock.GetUtcNow() - Grace));
            result = new(result.Customers + 1, result.Wakes + (overdue ? 1 : 0), result.Todos + (leftover ? 1 : 0));
            if (!overdue && !leftover) continue;
            found.Add(customer.Key);
            if (found.Count == MessagesAtOnce) await WakeAsync(found, ct);
        }
        await WakeAsync(found, ct);
        if (result is { Wakes: 0, Todos: 0 }) return result;
        Telemetry.Repaired("wake", result.Wakes);
        Telemetry.Repaired("todo", result.Todos);
        Found(result.Wakes, result.Todos, result.Customers);
        return result;
    }

    // A wake finds what is due and what was left over alike.
    private async Task WakeAsync(List<CustomerKey> found, CancellationToken ct)
    {
        if (found.Count > 0) await bus.SendAsync(Queue.Wakes, [.. found.Select(key => new BusMessage(new Nudge.Wake(key, clock.GetUtcNow()).ToBody()))], ct);
        found.Clear();
    }

    private async IAsyncEnumerable<SweptCustomer> ReadAsync(int turn, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (var shard = turn * ShardsAtOnce; shard < (turn + 1) * ShardsAtOnce; shard++)
        {
            List<Row> rows = [];
            await foreach (var row in store.ScanAsync(Tables.Customers, $"{shard:x2}-", $"{shard:x2}.", ct))
            {
                if (rows is [var before, ..] && before.Partition != row.Partition)
                {
                    yield return new(rows);
                    rows = [];
                }
                if (string.CompareOrdinal(row.Key, CustomerRows.From) >= 0 && string.CompareOrdinal(row.Key, CustomerRows.To) < 0) rows.Add(row);
            }
            if (rows.Count > 0) yield return new(rows);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep found {Wakes} overdue wakes and {Todos} customers with leftover todos among {Customers} customers and repairs them")]
    private partial void Found(int wakes, int todos, int customers);
}

/// <param name="Customers">Looked at.</param>
/// <param name="Wakes">Customers for whom something was due that did not happen.</param>
/// <param name="Todos">Customers with effects that did not run.</param>
internal sealed record SweepResult(int Customers, int Wakes, int Todos);

/// <summary>A customer as the sweep sees it.</summary>
/// <param name="rows">State and todos, at least one.</param>
internal sealed class SweptCustomer(IReadOnlyList<Row> rows)
{
    private readonly Customer customer = CustomerRows.Customer(new(rows[0].Partition), [.. rows.Where(CustomerRows.IsState)]);

    public CustomerKey Key => customer.Key;

    public bool HasLeftovers(DateTimeOffset limit) => rows.Any(row => !CustomerRows.IsState(row)) && customer.LastNow < limit;

    public bool IsOverdue(DateTimeOffset limit) => customer.MergedInto is null && customer.Flips.Values.Concat(customer.Runs.Values.Select(run => run.Due).OfType<DateTimeOffset>()).Any(due => due < limit);
}
