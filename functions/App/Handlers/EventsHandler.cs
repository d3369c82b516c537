using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Handlers;

/// <summary>Events queue: each message holds the events of one collect request; each customer's events become one decision.</summary>
internal sealed class EventsHandler(CustomerWork work, CustomerStore customers, Catalog catalog) : IHandler
{
    public Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct) => work.RunAsync(
        from received in batch
        from e in EventsBody.Read(received.Body)
        group e by e.KeyOf(catalog.Deployment.Pepper) into customer
        select new CustomerWork.Item(Queue.Events, token => customers.DecideAsync(customer.Key, Inputs(customer), token), () => EventsBody.Write([.. customer])),
        ct);

    // In the order they happened; at one instant by messageId, so that every replay takes the same order.
    private static IReadOnlyList<Input> Inputs(IEnumerable<CustomerEvent> events) =>
        [.. events.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).Select(e => new Input.Happened(e))];
}
