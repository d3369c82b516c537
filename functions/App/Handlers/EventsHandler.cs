using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Handlers;

/// <summary>Events queue: each message holds the events of one collect request; each customer's events become one decision.</summary>
internal sealed class EventsHandler(CustomerWork work, CustomerStore customers, Catalog catalog, Retries retries) : IHandler
{
    public async Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct) => await work.RunAsync(
        from message in await work.ReadAsync(batch, Read, ct)
        from e in message.Content
        group (e.Event, message.Tries) by e.Customer into customer
        select new CustomerWork.Item(
            Queue.Events,
            customer.Max(e => e.Tries),
            token => DecideAsync(customer.Key, Inputs(customer.Select(e => e.Event)), token),
            () => EventsBody.Write([.. customer.Select(e => e.Event)])),
        ct);

    private async Task<Decided> DecideAsync(CustomerKey customer, IReadOnlyList<Input> inputs, CancellationToken ct)
    {
        var decided = await retries.RunAsync(token => customers.DecideAsync(customer, inputs, token), ct);
        Telemetry.Decided(inputs.Count);
        return decided;
    }

    private List<(CustomerKey Customer, CustomerEvent Event)> Read(byte[] body) => [.. EventsBody.Read(body).Select(e => (e.KeyOf(catalog.Deployment.Pepper), e))];

    // In the order they happened; at one instant by messageId, so that every replay takes the same order.
    private static IReadOnlyList<Input> Inputs(IEnumerable<CustomerEvent> events) =>
        [.. events.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).Select(e => new Input.Happened(e))];
}
