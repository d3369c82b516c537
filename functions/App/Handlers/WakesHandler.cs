using System.Diagnostics;
using MarketingAutomation.Bus;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Handlers;

/// <summary>Wakes queue: customers whose time has come, and the steps of merging.</summary>
internal sealed class WakesHandler(CustomerWork work, CustomerStore customers, Retries retries) : IHandler
{
    // Absorbed at once; each event costs a row of the commit.
    private const int MostAbsorbed = 40;

    public async Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct) => await work.RunAsync(
        from message in await work.ReadAsync(batch, Nudge.Of, ct)
        let nudge = message.Content
        select new CustomerWork.Item(Queue.Wakes, message.Tries, token => retries.RunAsync(again => DecideAsync(nudge, again), token), _ => [nudge.ToBody()]),
        ct);

    private async Task<Decided> DecideAsync(Nudge nudge, CancellationToken ct) => nudge switch
    {
        Nudge.Wake wake => await customers.DecideAsync(wake.Customer, [new Input.Woke(wake.Due)], ct),
        Nudge.Merge merge => await customers.DecideAsync(merge.Customer, [new Input.MergeInto(merge.Into)], ct),
        Nudge.Absorb absorb => await customers.DecideAsync(absorb.Customer, [await ChunkAsync(absorb, ct)], ct),
        _ => throw new UnreachableException($"No work for {nudge.GetType().Name}"),
    };

    // Whole commits of the anonymous log, as many as fit into one commit of the known customer.
    private async Task<Input> ChunkAsync(Nudge.Absorb absorb, CancellationToken ct)
    {
        var anonymous = (await customers.LoadAsync(absorb.From, ct)).Customer;
        List<Collect.CustomerEvent> events = [];
        var log = await customers.LogAsync(absorb.From, absorb.Position, ct);
        foreach (var commit in (await customers.EventsAsync(absorb.From, log, ct)).GroupBy(line => line.Version, line => line.Event))
        {
            if (events.Count > 0 && events.Count + commit.Count() > MostAbsorbed) return new Input.Absorb(absorb.From, absorb.Position, commit.Key, events, null);
            events.AddRange(commit);
        }
        return new Input.Absorb(absorb.From, absorb.Position, null, events, anonymous);
    }
}
